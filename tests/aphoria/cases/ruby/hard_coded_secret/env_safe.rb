# expect: nothing
class Session
  PASSWORD_MESSAGE = "must have at least 8 characters".freeze

  def config
    { user: "billing", password: ENV.fetch("DB_PASSWORD"), secret_key_base: Rails.application.credentials.secret_key_base }
  end
end
