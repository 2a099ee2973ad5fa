export default {
  strict: true,
  host: 'api.example.com',
};
