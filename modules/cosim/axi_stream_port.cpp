// SPDX-License-Identifier: Apache-2.0
#include "cosim/axi_stream_port.h"

#include <algorithm>

namespace lacuna::cosim {

AxiStreamPort::AxiStreamPort(const std::string& name, const std::string& path,
                             const AxiRtlPort& port, const AxiBridgeOptions& options,
                             Statistics& statistics, std::function<void()> wake)
    : socket(name.c_str()),
      port_(port),
      options_(options),
      wake_(std::move(wake)),
      into_module_(Throttle(options.throttle, options.seed)),
      out_of_module_(Throttle(options.throttle, options.seed)),
      sender_(
          [this](tlm::Payload& payload, ::tlm::tlm_phase& phase, sc_core::sc_time& delay) {
            return socket->nb_transport_bw(payload, phase, delay);
          },
          [](tlm::Payload& payload, const sc_core::sc_time&) { payload.release(); }),
      traffic_(statistics, path + "." + name) {
  socket.register_nb_transport_fw(this, &AxiStreamPort::nb_transport_fw);
}

::tlm::tlm_sync_enum AxiStreamPort::nb_transport_fw(tlm::Payload& payload, ::tlm::tlm_phase& phase,
                                                    sc_core::sc_time& delay) {
  if (phase == ::tlm::END_RESP) {
    sender_.end(payload, delay);
    return ::tlm::TLM_COMPLETED;
  }
  // A module that sends is read from, one that receives is written to.
  if (payload.is_read() != port_.manager) {
    payload.set_response_status(::tlm::TLM_COMMAND_ERROR_RESPONSE);
    return ::tlm::TLM_COMPLETED;
  }
  if (payload.get_byte_enable_ptr() != nullptr) {
    payload.set_response_status(::tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
    return ::tlm::TLM_COMPLETED;
  }
  payload.acquire();
  wake_();
  if (open_.size() >= options_.outstanding) {
    blocked_ = &payload;
    return ::tlm::TLM_ACCEPTED;
  }
  start(payload);
  phase = ::tlm::END_REQ;
  return ::tlm::TLM_UPDATED;
}

void AxiStreamPort::start(tlm::Payload& payload) {
  open_.push_back(&payload);
  if (payload.is_write()) {
    for (const AxiStreamBeat& beat :
         cut_into_beats(payload.get_data_ptr(), payload.get_data_length(), port_.data_bytes)) {
      into_module_.push(beat);
    }
  }
}

void AxiStreamPort::drive(AxiStreamSignals& signals) {
  if (!port_.manager) {
    into_module_.drive();
    signals.t.valid = into_module_.valid();
    if (signals.t.valid) {
      signals.t.beat = into_module_.beat();
    }
    return;
  }
  out_of_module_.drive();
  signals.t.ready = out_of_module_.ready() && !open_.empty();
}

void AxiStreamPort::clock(const AxiStreamSignals& signals) {
  const bool moved = signals.t.valid && signals.t.ready;
  if (port_.manager) {
    if (moved) {
      take(signals.t.beat);
    }
  } else if (into_module_.clock(signals.t.ready) && signals.t.beat.last) {
    finish(::tlm::TLM_OK_RESPONSE);
  }
}

void AxiStreamPort::take(const AxiStreamBeat& beat) {
  tlm::Payload& payload = *open_.front();
  const std::size_t wanted = payload.get_data_length();
  for (unsigned i = 0; i < port_.data_bytes && read_ < wanted; ++i) {
    if ((beat.keep >> i & 1) != 0) {
      payload.get_data_ptr()[read_++] = beat.data[i];
    }
  }
  if (read_ == wanted || beat.last) {
    finish(read_ == wanted ? ::tlm::TLM_OK_RESPONSE : ::tlm::TLM_GENERIC_ERROR_RESPONSE);
  }
}

void AxiStreamPort::finish(::tlm::tlm_response_status status) {
  tlm::Payload& payload = *open_.front();
  open_.pop_front();
  read_ = 0;
  payload.set_response_status(status);
  traffic_.add(payload);
  if (blocked_ != nullptr) {
    tlm::Payload& next = *blocked_;
    blocked_ = nullptr;
    ::tlm::tlm_phase phase = ::tlm::END_REQ;
    sc_core::sc_time delay;
    socket->nb_transport_bw(next, phase, delay);
    start(next);
  }
  sender_.send(payload);
}

}  // namespace lacuna::cosim
