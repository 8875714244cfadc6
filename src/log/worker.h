// A thread as the log sees it: something that runs one job at a time.
//
// sys/ implements it with a thread that wakes the loop after each job, tests
// with calls in an order of their choosing. What a job wrote is visible to who
// saw busy() false after it, and the other way round: between start() and then
// the job's data belong to the job.
#pragma once

#include "base/time.h"

namespace papo::log {

class Worker;

class Job {
 public:
  virtual ~Job() = default;
  // Called on the worker's thread.
  virtual void run(Worker& worker) = 0;
};

class Worker {
 public:
  virtual ~Worker() = default;
  // Runs `job`, which must outlive the run. REQUIRES: not busy().
  virtual void start(Job* job) = 0;
  virtual bool busy() const = 0;
  // Blocks until it is not busy: for the end of the program.
  virtual void wait() = 0;
  // The same, for as long as is left, from which the time that it took goes.
  // False: it is busy still.
  virtual bool wait(base::Micros* left) = 0;
  // For a job, on its own thread, between pieces of long work: gives others
  // their share of the processor and of the disk.
  virtual void rest() = 0;
};

}  // namespace papo::log
