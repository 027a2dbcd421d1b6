-- Moves a session in an index, or removes it, unless it may have been marked for something that is still on its way.
-- KEYS wake, marked
-- ARGV name of the session, its time and its mark as seen, time in ms or '' to remove it, age in ms of a mark to be moved
local mark = redis.call('HGET', KEYS[2], ARGV[1])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if redis.call('ZSCORE', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
if mark and (mark ~= ARGV[3] or now - mark < tonumber(ARGV[5])) then return 0 end
if ARGV[4] ~= '' then
  redis.call('ZADD', KEYS[1], 'XX', ARGV[4], ARGV[1])
else
  redis.call('ZREM', KEYS[1], ARGV[1])
  redis.call('HDEL', KEYS[2], ARGV[1])
end
return 1
