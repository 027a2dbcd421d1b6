-- The names of the sessions in a bucket.
-- KEYS sessions
return redis.call('ZRANGE', KEYS[1], 0, -1)
