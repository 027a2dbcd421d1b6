-- Moves a session in an index, or removes it, unless it may have been marked for something that is still on its way.
-- KEYS wake, marked
-- ARGV name of the session, its mark as seen, time in ms or '' to remove it, age of a mark in ms that nothing outlives
local mark = redis.call('HGET', KEYS[2], ARGV[1])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if mark and (mark ~= ARGV[2] or now - mark < tonumber(ARGV[4])) then return 0 end
if ARGV[3] ~= '' then
  redis.call('ZADD', KEYS[1], 'XX', ARGV[3], ARGV[1])
else
  redis.call('ZREM', KEYS[1], ARGV[1])
  redis.call('HDEL', KEYS[2], ARGV[1])
end
return 1
