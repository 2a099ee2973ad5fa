import type { NextApiRequest } from 'next';
export const param = (req: NextApiRequest, name: string): string => String(req.query[name]);
