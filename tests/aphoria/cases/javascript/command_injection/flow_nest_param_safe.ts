// expect: nothing
import { Controller, Get, Param, ParseIntPipe } from '@nestjs/common';
import { execSync } from 'child_process';
@Controller('jobs')
export class JobsController {
  @Get(':id')
  run(@Param('id', ParseIntPipe) id: number) {
    return execSync('job ' + id).toString();
  }
}
