// SPDX-License-Identifier: Apache-2.0
// Both halves of the base protocol against partners that answer in every way the standard allows.
#include "tlm/at_senders.h"

#include <deque>

#include <catch2/catch.hpp>

#include "core/error.h"
#include "tlm/payload_pool.h"

namespace lacuna {

namespace {

using sc_core::sc_time;

sc_time ns(double value) {
  return sc_time(value, sc_core::SC_NS);
}

/// A partner whose next answers are given in advance; it keeps what it was sent.
struct Partner {
  struct Answer {
    ::tlm::tlm_sync_enum status;
    ::tlm::tlm_phase phase;
    sc_time delay;
  };
  std::deque<Answer> answers;
  std::vector<std::pair<tlm::Payload*, ::tlm::tlm_phase>> calls;
  std::vector<sc_time> delays;

  tlm::Transport transport() {
    return [this](tlm::Payload& payload, ::tlm::tlm_phase& phase, sc_time& delay) {
      calls.emplace_back(&payload, phase);
      delays.push_back(delay);
      if (answers.empty()) {
        return ::tlm::TLM_ACCEPTED;
      }
      const Answer answer = answers.front();
      answers.pop_front();
      phase = answer.phase;
      delay += answer.delay;
      return answer.status;
    };
  }
};

/// A request sender that writes down what it is told.
struct Requests {
  Partner partner;
  std::string heard;
  tlm::PayloadPool pool;
  tlm::RequestSender sender{partner.transport(),
                            {[this](tlm::Payload&, const sc_time& when) {
                               heard += "accepted " + std::to_string(when.value() / 1000) + "; ";
                             },
                             [this](tlm::Payload&, const sc_time& when, bool end) {
                               heard += "responded " + std::to_string(when.value() / 1000) +
                                        (end ? " open; " : "; ");
                             }}};

  void backward(tlm::Payload& payload, ::tlm::tlm_phase phase, sc_time delay = {}) {
    sender.backward(payload, phase, delay);
  }
};

}  // namespace

TEST_CASE("the second request waits for END_REQ of the first") {
  Requests requests;
  tlm::Payload& a = requests.pool.take(4);
  tlm::Payload& b = requests.pool.take(4);
  requests.sender.send(a);
  requests.sender.send(b);
  CHECK(requests.partner.calls.size() == 1);
  CHECK(requests.sender.blocked() == &a);
  CHECK(requests.sender.waiting() == 2);
  requests.backward(a, ::tlm::END_REQ);
  CHECK(requests.partner.calls.size() == 2);
  requests.backward(a, ::tlm::BEGIN_RESP, ns(3));
  requests.sender.end_response(a);
  CHECK(requests.partner.calls.back().second == ::tlm::END_RESP);
  // BEGIN_RESP without END_REQ implies it.
  requests.backward(b, ::tlm::BEGIN_RESP);
  CHECK(requests.heard == "accepted 0; responded 3 open; accepted 0; responded 0 open; ");
  CHECK(requests.sender.blocked() == nullptr);
  a.release();
  b.release();
}

TEST_CASE("answers on the return path are phases too, at their annotated times") {
  Requests requests;
  requests.partner.answers = {{::tlm::TLM_UPDATED, ::tlm::END_REQ, ns(5)},
                              {::tlm::TLM_UPDATED, ::tlm::BEGIN_RESP, ns(2)},
                              {::tlm::TLM_COMPLETED, ::tlm::BEGIN_REQ, ns(1)}};
  tlm::Payload& a = requests.pool.take(4);
  requests.sender.send(a);
  requests.sender.send(a);
  requests.sender.send(a);
  CHECK(requests.heard == "accepted 5; accepted 7; responded 7 open; accepted 8; responded 8; ");
  // A request may not begin before the previous one has ended: its own annotation says so.
  CHECK(requests.partner.delays == std::vector<sc_time>{ns(0), ns(5), ns(7)});
  a.release();
}

TEST_CASE("END_REQ for another request breaks the protocol") {
  Requests requests;
  tlm::Payload& a = requests.pool.take(4);
  tlm::Payload& b = requests.pool.take(4);
  requests.sender.send(a);
  CHECK_THROWS_AS(requests.backward(b, ::tlm::END_REQ), Error);
  a.release();
  b.release();
}

TEST_CASE("a listener may send from within an answer") {
  Partner partner;
  partner.answers = {{::tlm::TLM_COMPLETED, ::tlm::BEGIN_REQ, ns(0)},
                     {::tlm::TLM_COMPLETED, ::tlm::BEGIN_REQ, ns(0)}};
  tlm::PayloadPool pool;
  tlm::Payload& a = pool.take(4);
  int responses = 0;
  tlm::RequestSender* again = nullptr;
  tlm::RequestSender sender(partner.transport(), {[](tlm::Payload&, const sc_time&) {},
                                                  [&](tlm::Payload& payload, const sc_time&, bool) {
                                                    if (++responses == 1) {
                                                      again->send(payload);
                                                    }
                                                  }});
  again = &sender;
  sender.send(a);
  CHECK(responses == 2);
  a.release();
}

TEST_CASE("responses wait for END_RESP of the one before, however it comes") {
  Partner partner;
  partner.answers = {{::tlm::TLM_ACCEPTED, ::tlm::BEGIN_RESP, ns(0)},
                     {::tlm::TLM_UPDATED, ::tlm::END_RESP, ns(4)},
                     {::tlm::TLM_COMPLETED, ::tlm::BEGIN_RESP, ns(0)}};
  tlm::PayloadPool pool;
  tlm::Payload& a = pool.take(4);
  tlm::Payload& b = pool.take(4);
  tlm::Payload& c = pool.take(4);
  std::vector<tlm::Payload*> ended;
  tlm::ResponseSender sender(partner.transport(), [&](tlm::Payload& payload, const sc_time&) {
    ended.push_back(&payload);
  });
  sender.send(a);
  sender.send(b);
  sender.send(c);
  CHECK(partner.calls.size() == 1);
  CHECK(sender.blocked() == &a);
  CHECK_THROWS_AS(sender.end(b, ns(0)), Error);
  sender.end(a, ns(0));
  CHECK(ended == std::vector<tlm::Payload*>{&a, &b, &c});
  CHECK(partner.delays.back() == ns(4));  // not before END_RESP of the second
  CHECK(sender.waiting() == 0);
  for (tlm::Payload* payload : {&a, &b, &c}) {
    payload->release();
  }
}

}  // namespace lacuna
