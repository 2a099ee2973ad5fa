module.exports = {
  digest: 'sha256',
  port: 3000,
};
