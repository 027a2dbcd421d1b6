-- How long each rests yet in microseconds, 0 for one that does not, and what is noted of it.
-- KEYS rests, then as many notes
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local found = redis.call('MGET', unpack(KEYS))
local many = #KEYS / 2
local standing = {}
for i = 1, many do
  standing[2 * i - 1] = found[i] and math.max(found[i] - now, 0) or 0
  standing[2 * i] = found[many + i] or ''
end
return standing
