-- Takes a session off the list of sessions, unless it may be about to be made.
-- KEYS sessions
-- ARGV name of the session, age in ms that nothing outlives
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local noted = redis.call('ZSCORE', KEYS[1], ARGV[1])
if noted and now - noted >= tonumber(ARGV[2]) then redis.call('ZREM', KEYS[1], ARGV[1]) end
return 0
