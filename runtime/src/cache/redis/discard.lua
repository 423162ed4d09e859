-- Deletes a value that is no result, unless it is another one by now. ARGV: the value; nothing, if it was of another type.
local found = redis.pcall('GET', KEYS[1])
if type(found) == 'table' or found == ARGV[1] then redis.call('DEL', KEYS[1]) end
