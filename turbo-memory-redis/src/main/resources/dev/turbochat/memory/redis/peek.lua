-- Some of those in an index whose time has come: name and mark of each.
-- KEYS wake, marked
-- ARGV time in ms, how many to skip, how many at most
local names = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', ARGV[2], ARGV[3])
if #names == 0 then return {names, names} end
return {names, redis.call('HMGET', KEYS[2], unpack(names))}
