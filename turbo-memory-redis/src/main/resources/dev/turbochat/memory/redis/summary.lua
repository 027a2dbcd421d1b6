-- What a list says of a session: id, program, length, time.
-- KEYS meta, log, inbox, blobs
local m = redis.call('HMGET', KEYS[1], 'id', 'program', 'len', 'updated')
return {m[1] or '', m[2] or '', m[3] or '0', m[4] or ''}
