-- How long each rests yet in microseconds; 0 for one that does not.
-- KEYS rests
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local left = {}
for i, ends in ipairs(redis.call('MGET', unpack(KEYS))) do
  left[i] = ends and math.max(ends - now, 0) or 0
end
return left
