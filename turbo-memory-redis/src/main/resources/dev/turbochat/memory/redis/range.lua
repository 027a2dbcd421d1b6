-- A whole list, for where it cannot be asked for without a script.
-- KEYS the list
return redis.call('LRANGE', KEYS[1], 0, -1)
