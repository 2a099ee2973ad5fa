// expect: random/generator = prng
exports.make = () => {
  const resetToken = Math.random().toString(36);
  return resetToken;
};
