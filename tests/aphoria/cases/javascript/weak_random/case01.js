// expect: nothing
exports.roll = () => {
  const side = Math.floor(Math.random() * 6);
  return side + 1;
};
