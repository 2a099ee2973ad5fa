exports.run = (code) => {
  return JSON.parse(code);
};
