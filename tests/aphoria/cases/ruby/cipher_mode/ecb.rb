# expect: cipher/mode = ecb
require "openssl"

def seal(text, key)
  cipher = OpenSSL::Cipher.new("aes-256-ecb")
  cipher.encrypt
  cipher.key = key
  cipher.update(text) + cipher.final
end
