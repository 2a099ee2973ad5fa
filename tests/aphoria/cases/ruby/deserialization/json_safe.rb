# expect: nothing
class CartsController < ApplicationController
  # Marshal.load(cookies[:cart]) let anybody build objects
  def show
    @cart = JSON.parse(cookies.signed[:cart])
    @copy = Marshal.load(Marshal.dump(@cart))
  end
end
