-- Lets a lock stand for longer, if it is the caller's. ARGV: the owner, milliseconds.
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 0
