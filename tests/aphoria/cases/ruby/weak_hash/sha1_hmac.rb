# expect: hash/algorithm = sha1
require "digest/sha1"

class RememberToken
  def self.digest(token)
    Digest::SHA1.hexdigest(token.to_s)
  end
end
