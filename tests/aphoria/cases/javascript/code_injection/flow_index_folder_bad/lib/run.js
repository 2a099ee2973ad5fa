exports.run = (code) => {
  return eval(code);
};
