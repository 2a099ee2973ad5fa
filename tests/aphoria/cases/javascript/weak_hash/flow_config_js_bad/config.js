module.exports = {
  digest: 'md5',
  port: 3000,
};
