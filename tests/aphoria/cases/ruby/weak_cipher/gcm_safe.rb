# expect: nothing
require "openssl"

def seal(text, key)
  cipher = OpenSSL::Cipher.new("aes-256-gcm") # never "DES-CBC" or "aes-256-ecb"
  cipher.encrypt
  cipher.key = key
  cipher.iv = cipher.random_iv
  cipher.update(text) + cipher.final + cipher.auth_tag
end
