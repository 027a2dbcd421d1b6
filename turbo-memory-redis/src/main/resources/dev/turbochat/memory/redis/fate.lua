-- What has become of a session that its owner may not write to any more: length, epoch, incarnation, and 1 if the owner's
-- incarnation was deleted.
-- KEYS meta, log, inbox, blobs, tombstone
-- ARGV the owner's incarnation
local m = redis.call('HMGET', KEYS[1], 'len', 'epoch', 'inc')
local deleted = redis.call('LPOS', KEYS[5], ARGV[1]) and 1 or 0
return {m[1] or '0', m[2] or '0', m[3] or '', deleted}
