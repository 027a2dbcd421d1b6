-- Gives places back.
-- KEYS the places of each limit
-- ARGV ticket
for _, key in ipairs(KEYS) do redis.call('ZREM', key, ARGV[1]) end
return {'OK'}
