-- Some of those in an index whose time has come: name, time and mark of each.
-- KEYS wake, marked
-- ARGV time in ms, how many to skip, how many at most
local names = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'WITHSCORES', 'LIMIT', ARGV[2], ARGV[3])
local found = {}
for i = 1, #names, 2 do
  found[#found + 1] = {names[i], names[i + 1], redis.call('HGET', KEYS[2], names[i])}
end
return found
