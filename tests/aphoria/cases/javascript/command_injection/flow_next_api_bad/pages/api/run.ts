import { exec } from 'child_process';
import type { NextApiRequest, NextApiResponse } from 'next';
import { param } from '../../lib/params';
export default function handler(req: NextApiRequest, res: NextApiResponse) {
  exec('convert ' + param(req, 'file'), () => res.end());
}
