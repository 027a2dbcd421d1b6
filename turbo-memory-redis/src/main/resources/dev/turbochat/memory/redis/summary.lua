-- What a list says of a session, and who may write to it: id, program, length, time, epoch, incarnation.
-- KEYS meta, log, inbox, blobs
local m = redis.call('HMGET', KEYS[1], 'id', 'program', 'len', 'updated', 'epoch', 'inc')
return {m[1] or '', m[2] or '', m[3] or '0', m[4] or '', m[5] or '0', m[6] or ''}
