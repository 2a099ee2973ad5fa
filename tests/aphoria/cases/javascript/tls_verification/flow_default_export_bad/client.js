import https from 'https';
import settings from './settings.js';
export const agent = new https.Agent({ rejectUnauthorized: settings.strict });
