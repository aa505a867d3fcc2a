// SPDX-License-Identifier: Apache-2.0
#include "tlm/watchdog.h"

#include <catch2/catch.hpp>

#include "tlm/time.h"

namespace lacuna {

namespace {

/// A worker that makes so many steps of 1 us, of which it reports progress.
class Worker : public tlm::Component {
 public:
  Worker(const sc_core::sc_module_name& name, tlm::Watchdog& watchdog, int steps, bool finish)
      : Component(name), watchdog_(watchdog), steps_(steps), finish_(finish) {
    SC_HAS_PROCESS(Worker);
    SC_THREAD(run);
  }
  std::string waiting_for() const override { return waiting_; }
  bool report_progress = true;

 private:
  void run() {
    watchdog_.begin_work();
    for (int i = 0; i < steps_; ++i) {
      wait(sc_core::sc_time(1, sc_core::SC_US));
      if (report_progress) {
        watchdog_.progress();
      }
    }
    if (finish_) {
      watchdog_.end_work();
    } else {
      waiting_ = "dram: 3 writes";
      wait(never_);
    }
  }
  tlm::Watchdog& watchdog_;
  int steps_;
  bool finish_;
  std::string waiting_;
  sc_core::sc_event never_;
};

std::string stuck_message(tlm::Watchdog& watchdog) {
  try {
    watchdog.run();
  } catch (const Error& error) {
    CHECK(error.fault() == Fault::stuck);
    return error.what();
  }
  FAIL("not stuck");
  return {};
}

}  // namespace

TEST_CASE("work that ends leaves the simulation to end at its own time") {
  tlm::Watchdog watchdog("watchdog", Time(10'000'000));  // 10 us
  Worker worker("worker", watchdog, 100, true);
  watchdog.watch(worker);
  watchdog.run();
  CHECK(tlm::now().value() == 100'000'000);  // not prolonged by a look of the watchdog
  CHECK(watchdog.outstanding() == 0);
}

TEST_CASE("work that never ends is reported with who waits for whom when no event is left") {
  tlm::Watchdog watchdog("watchdog", Time(10'000'000));
  Worker stuck("store", watchdog, 5, false);
  Worker fine("load", watchdog, 5, true);
  watchdog.watch(stuck);
  watchdog.watch(fine);
  const std::string message = stuck_message(watchdog);
  CHECK(message.find("store waits for dram: 3 writes") != std::string::npos);
  CHECK(message.find("load waits") == std::string::npos);
  CHECK(message.find("nothing is left that could happen") != std::string::npos);
}

TEST_CASE("a clock that runs on does not hide that nothing moves") {
  tlm::Watchdog watchdog("watchdog", Time(10'000'000));
  sc_core::sc_clock clock("clock", sc_core::sc_time(1, sc_core::SC_NS));
  Worker stuck("store", watchdog, 5, false);
  watchdog.watch(stuck);
  CHECK(stuck_message(watchdog).find("nothing moved for 10 us") != std::string::npos);
  CHECK(tlm::now().value() <= 25'000'000);  // five steps, then at most two looks
}

TEST_CASE("a long piece of work is not stuck while it reports progress") {
  tlm::Watchdog watchdog("watchdog", Time(2'000'000));
  sc_core::sc_clock clock("clock", sc_core::sc_time(1, sc_core::SC_US));
  Worker worker("worker", watchdog, 50, false);
  CHECK(stuck_message(watchdog).find("stuck") != std::string::npos);
  CHECK(tlm::now().value() >= 50'000'000);
}

TEST_CASE("the same work without reports of progress is stuck") {
  tlm::Watchdog watchdog("watchdog", Time(2'000'000));
  sc_core::sc_clock clock("clock", sc_core::sc_time(1, sc_core::SC_US));
  Worker worker("worker", watchdog, 50, true);
  worker.report_progress = false;
  CHECK(stuck_message(watchdog).find("stuck") != std::string::npos);
  CHECK(tlm::now().value() < 10'000'000);
}

TEST_CASE("an error of a module ends the run as what it was") {
  struct Failing : sc_core::sc_module {
    Failing(const sc_core::sc_module_name& name, tlm::Watchdog& watchdog)
        : sc_module(name), watchdog(watchdog) {
      SC_HAS_PROCESS(Failing);
      SC_THREAD(run);
    }
    void run() {
      wait(sc_core::sc_time(1, sc_core::SC_NS));
      watchdog.fail(input_error({}, "a bad number"));
      watchdog.fail(model_error("a second thought"));
    }
    tlm::Watchdog& watchdog;
  };
  tlm::Watchdog watchdog("watchdog");
  Failing failing("failing", watchdog);
  try {
    watchdog.run();
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.fault() == Fault::bad_input);
    CHECK(std::string(error.what()).find("a bad number") != std::string::npos);
  }
}

TEST_CASE("work begun before the simulation counts") {
  tlm::Watchdog watchdog("watchdog");
  watchdog.begin_work();
  CHECK(stuck_message(watchdog).find("1 piece of work unfinished") != std::string::npos);
  watchdog.end_work();
  CHECK_THROWS_AS(watchdog.end_work(), Error);
}

}  // namespace lacuna
