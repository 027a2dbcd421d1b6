-- Notes in an index that a session is to be looked after at a time, or sooner; one that is owned not before its lease ends.
-- KEYS wake, marked
-- ARGV name of the session, time in ms, lease in ms or 0
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local due = ARGV[2]
if ARGV[3] ~= '0' and now + ARGV[3] > tonumber(due) then due = now + ARGV[3] end
redis.call('ZADD', KEYS[1], 'LT', due, ARGV[1])
redis.call('HSET', KEYS[2], ARGV[1], now)
return now
