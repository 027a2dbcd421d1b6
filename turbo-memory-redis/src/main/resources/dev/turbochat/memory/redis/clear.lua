-- Forgets the answers of a bucket.
-- KEYS answers, used, ends
redis.call('UNLINK', unpack(KEYS))
return {'OK'}
