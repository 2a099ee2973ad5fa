exports.digest = process.env.APP_DIGEST || 'sha1';
