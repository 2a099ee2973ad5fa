# expect: nothing
Rails.application.configure do
  config.cache_classes = true
  config.consider_all_requests_local = false
  config.log_level = :info
  config.force_ssl = true
end
