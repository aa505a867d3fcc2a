// SPDX-License-Identifier: Apache-2.0
// When requests are offered, and what the issuer makes of every way in which a memory may answer.
#include "traffic/request_issuer.h"

#include <deque>

#include <catch2/catch.hpp>
#include <tlm_utils/simple_target_socket.h>

#include "memory/dram.h"
#include "tlm/time.h"
#include "unit/memory/devices.h"
#include "unit/tlm/bench.h"

namespace lacuna {

namespace {

using traffic::IssueRules;
using traffic::MemoryRequest;

constexpr std::int64_t period = 1000;  // ps

class ListedRequests final : public traffic::RequestSource {
 public:
  explicit ListedRequests(std::vector<MemoryRequest> requests) : requests_(std::move(requests)) {}
  bool next(MemoryRequest& request) override {
    if (made_ == requests_.size()) {
      return false;
    }
    request = requests_[made_++];
    return true;
  }
  Place place_of(std::uint64_t line, std::uint32_t column) const override {
    Place place;
    place.file = "list";
    place.line = line;
    place.column = column;
    return place;
  }

 private:
  std::vector<MemoryRequest> requests_;
  std::size_t made_ = 0;
};

MemoryRequest request(std::int64_t clock, bool write = false, std::uint64_t address = 0) {
  MemoryRequest result;
  result.clock = clock;
  result.address = address;
  result.bytes = 64;
  result.write = write;
  return result;
}

/// A memory that notes when requests come, and answers in the way and after the time it is told to.
class Target : public tlm::Component {
 public:
  enum class Answer {
    four_phases,       ///< END_REQ later if told so, BEGIN_RESP by a call of its own
    annotated,         ///< the same, but tells of the response as soon as the request has come
    completed,         ///< TLM_COMPLETED with the latency as delay
    updated_response,  ///< BEGIN_RESP by TLM_UPDATED with the latency as delay
  };

  explicit Target(const sc_core::sc_module_name& name) : Component(name), memory("memory") {
    offer_target("memory", memory);
    memory.register_nb_transport_fw(this, &Target::forward);
    SC_HAS_PROCESS(Target);
    SC_METHOD(work);
    sensitive << wake_;
    dont_initialize();
  }

  tlm_utils::simple_target_socket<Target, tlm::socket_width> memory;
  Answer answer = Answer::four_phases;
  std::int64_t latency = 0;
  std::int64_t accept_after = 0;
  std::vector<std::int64_t> offers;  ///< picoseconds
  std::vector<std::int64_t> ends;    ///< of END_RESP on the forward path

 private:
  struct Step {
    std::int64_t at;
    tlm::Payload* payload;
    bool response;
  };

  ::tlm::tlm_sync_enum forward(tlm::Payload& payload, ::tlm::tlm_phase& phase,
                               sc_core::sc_time& delay) {
    const std::int64_t now = tlm::now().value();
    if (phase == ::tlm::END_RESP) {
      ends.push_back(now + tlm::to_time(delay).value());
      return ::tlm::TLM_COMPLETED;
    }
    offers.push_back(now + tlm::to_time(delay).value());
    payload.set_response_status(::tlm::TLM_OK_RESPONSE);
    if (answer == Answer::completed || answer == Answer::updated_response) {
      delay = tlm::to_sc_time(Time(latency));
      phase = ::tlm::BEGIN_RESP;
      return answer == Answer::completed ? ::tlm::TLM_COMPLETED : ::tlm::TLM_UPDATED;
    }
    schedule({now + accept_after + (answer == Answer::annotated ? 0 : latency), &payload, true});
    if (accept_after > 0) {
      schedule({now + accept_after, &payload, false});
      return ::tlm::TLM_ACCEPTED;
    }
    phase = ::tlm::END_REQ;
    return ::tlm::TLM_UPDATED;
  }

  void schedule(const Step& step) {
    // END_REQ of a moment before the responses of that moment.
    const auto later = [](const Step& a, const Step& b) {
      return a.at != b.at ? a.at < b.at : a.response < b.response;
    };
    steps_.insert(std::upper_bound(steps_.begin(), steps_.end(), step, later), step);
    wake_.notify(tlm::to_sc_time(Time(steps_.front().at) - tlm::now()));
  }

  void work() {
    while (!steps_.empty() && steps_.front().at <= tlm::now().value()) {
      const Step step = steps_.front();
      steps_.pop_front();
      ::tlm::tlm_phase phase = step.response ? ::tlm::BEGIN_RESP : ::tlm::END_REQ;
      sc_core::sc_time delay =
          tlm::to_sc_time(Time(step.response && answer == Answer::annotated ? latency : 0));
      const auto status = memory->nb_transport_bw(*step.payload, phase, delay);
      if (step.response) {
        CHECK(status == ::tlm::TLM_COMPLETED);
      }
    }
    if (!steps_.empty()) {
      wake_.notify(tlm::to_sc_time(Time(steps_.front().at) - tlm::now()));
    }
  }

  std::deque<Step> steps_;
  sc_core::sc_event wake_;
};

struct System {
  System(std::vector<MemoryRequest> requests, std::uint32_t outstanding)
      : target("target"),
        issuer("issuer", IssueRules{Time(period), outstanding, 0},
               std::make_unique<ListedRequests>(std::move(requests)), bench.surroundings) {
    issuer.initiators().at("memory").bind(*target.targets().at("memory"));
  }
  void run() { bench.watchdog.run(); }

  test::Bench bench;
  Target target;
  traffic::RequestIssuer issuer;
};

using Times = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("requests without a clock are offered one an edge") {
  System system({request(0), request(0, true), request(0), request(0)}, 64);
  system.run();
  CHECK(system.target.offers == Times{0, 1000, 2000, 3000});
  CHECK(system.issuer.duration() == Time(3000));
}

TEST_CASE("a request waits for its clock, and for nothing after it") {
  System system({request(3), request(3), request(10), request(20)}, 64);
  system.run();
  CHECK(system.target.offers == Times{3000, 4000, 10000, 20000});
}

TEST_CASE("a request that is not taken holds the next until the edge after it is") {
  System system({request(0), request(0, true), request(0)}, 64);
  system.target.accept_after = 2500;
  system.run();
  CHECK(system.target.offers == Times{0, 3000, 6000});
}

namespace {

/// Latency 5.5 clocks, two reads at once: the third read goes at the first edge after the first response.
void require_offers(Target::Answer answer, const Times& offers) {
  System system({request(0), request(0), request(0, true), request(0), request(0)}, 2);
  system.target.answer = answer;
  system.target.latency = 5500;
  system.run();
  CHECK(system.target.offers == offers);
  CHECK(system.issuer.read_latency().mean_ns() == Approx(5.5));
  CHECK(system.issuer.write_latency().max_ns() == Approx(5.5));
  CHECK(system.issuer.finished() == 5);
}

}  // namespace

TEST_CASE("reads beyond those outstanding wait for a response, posted writes do not") {
  require_offers(Target::Answer::four_phases, {0, 1000, 2000, 6000, 7000});
}

TEST_CASE("a response announced ahead of its time counts from its time") {
  require_offers(Target::Answer::annotated, {0, 1000, 2000, 6000, 7000});
}

TEST_CASE("a response that is the acceptance as well holds the next request") {
  require_offers(Target::Answer::completed, {0, 6000, 12000, 18000, 24000});
}

TEST_CASE("a response that is the acceptance as well may want an end") {
  require_offers(Target::Answer::updated_response, {0, 6000, 12000, 18000, 24000});
}

TEST_CASE("a read may go at the edge at which a response comes") {
  System system({request(0), request(0)}, 1);
  system.target.latency = 5000;
  system.run();
  CHECK(system.target.offers == Times{0, 5000});
}

TEST_CASE("a response on the forward path is ended when it has come") {
  System system({request(0), request(8)}, 4);
  system.target.answer = Target::Answer::updated_response;
  system.target.latency = 2500;
  system.run();
  CHECK(system.target.ends == Times{2500, 10500});
}

TEST_CASE("the simulation lasts until the last response, announced or not") {
  System system({request(0)}, 4);
  system.target.answer = Target::Answer::annotated;
  system.target.latency = 7777;
  system.run();
  CHECK(tlm::now() == Time(7777));
  CHECK(system.issuer.duration() == Time(7777));
}

TEST_CASE("no requests are no work") {
  System system({}, 4);
  system.run();
  CHECK(system.issuer.finished() == 0);
}

TEST_CASE("figures are those of the initiator") {
  System system({request(0), request(0), request(1, true)}, 1);
  system.target.latency = 5000;
  system.run();
  // Offers at 0, 5000, 6000; the second and third came 5 clocks late.
  Summary summary;
  system.issuer.summarise(summary);
  const auto value = [](const Summary& part, const std::string& name) {
    for (const auto& [known, found] : part.values()) {
      if (known == name) {
        return std::holds_alternative<double>(found)
                   ? std::get<double>(found)
                   : static_cast<double>(std::get<std::uint64_t>(found));
      }
    }
    return -1.0;
  };
  CHECK(value(summary, "requests") == 3);
  CHECK(value(summary, "reads") == 2);
  CHECK(value(summary, "bytes") == 192);
  CHECK(value(summary, "duration_ns") == Approx(11));
  CHECK(value(summary, "bandwidth_gbps") == Approx(192.0 / 11));
  CHECK(value(summary.part("read_latency_ns"), "mean") == Approx(5));
  CHECK(value(summary.part("read_latency_ns"), "p99") == Approx(5).epsilon(0.01));
  CHECK(value(summary.part("lag_ns"), "max") == Approx(5));
  CHECK(value(summary.part("lag_ns"), "mean") == Approx(10.0 / 3));
  CHECK(system.bench.value("issuer.reads") == 2);
  CHECK(system.bench.value("issuer.write_bytes") == 64);
}

namespace {

/// An issuer before a real memory.
struct MemorySystem {
  MemorySystem(std::vector<MemoryRequest> requests, const memory::DramParams& params)
      : dram("dram", params, test::ddr4_set_u(), bench.surroundings),
        issuer("issuer", IssueRules{Time(833), 64, 0},
               std::make_unique<ListedRequests>(std::move(requests)), bench.surroundings) {
    issuer.initiators().at("memory").bind(*dram.targets().at("memory"));
  }
  test::Bench bench;
  memory::Dram dram;
  traffic::RequestIssuer issuer;
};

}  // namespace

TEST_CASE("an address that the memory does not have is the user's mistake, at its place") {
  memory::DramParams params;
  MemoryRequest outside = request(0, false, std::uint64_t{8} << 30);
  outside.line = 12;
  outside.address_column = 5;
  MemorySystem system({request(0), outside, request(0)}, params);
  try {
    system.bench.watchdog.run();
    FAIL("there is no such address");
  } catch (const Error& error) {
    CHECK(error.fault() == Fault::bad_input);
    CHECK(error.diagnostics().front().place.text() == "list:12:5");
    CHECK_THAT(error.what(), Catch::Contains("reading 64 bytes at 0x200000000"));
    CHECK_THAT(error.what(), Catch::Contains("no memory at that address"));
  }
}

TEST_CASE("an idle memory answers a closed bank, a hit and a conflict in 37, 21 and 53 clocks") {
  memory::DramParams params;
  params.refresh = memory::DramRefresh::off;
  MemorySystem system(
      {request(1000), request(2000, false, 256), request(3000, false, std::uint64_t{1} << 20)},
      params);
  system.bench.watchdog.run();
  CHECK(system.issuer.read_latency().max_ns() == Approx(53 * 0.833));
  CHECK(system.issuer.read_latency().mean_ns() == Approx((37 + 21 + 53) * 0.833 / 3));
}

TEST_CASE("a simulation ends when all that is left is a posted write") {
  memory::DramParams params;
  params.posted_writes = true;
  MemorySystem system({request(100, true)}, params);
  system.bench.watchdog.run();
  CHECK(system.issuer.finished() == 1);
  CHECK(tlm::now() < 1_us);
}

}  // namespace lacuna
