// SPDX-License-Identifier: Apache-2.0
#include "cosim/axi_stream_port.h"

#include <algorithm>

namespace lacuna::cosim {

AxiStreamPort::AxiStreamPort(const std::string& name, const std::string& path,
                             const AxiRtlPort& port, const AxiBridgeOptions& options,
                             Statistics& statistics, std::function<void()> wake)
    : socket(name.c_str()),
      port_(port),
      into_module_(Throttle(options.throttle, options.seed)),
      out_of_module_(Throttle(options.throttle, options.seed)),
      intake_({[this](tlm::Payload& payload, ::tlm::tlm_phase& phase, sc_core::sc_time& delay) {
                 return socket->nb_transport_bw(payload, phase, delay);
               },
               std::move(wake), [this](tlm::Payload& payload) { start(payload); }},
              options.outstanding, statistics, path + "." + name) {
  socket.register_nb_transport_fw(this, &AxiStreamPort::nb_transport_fw);
}

::tlm::tlm_sync_enum AxiStreamPort::nb_transport_fw(tlm::Payload& payload, ::tlm::tlm_phase& phase,
                                                    sc_core::sc_time& delay) {
  // A module that sends is read from, one that receives is written to.
  return intake_.forward(payload, phase, delay,
                         payload.is_read() != port_.manager ? ::tlm::TLM_COMMAND_ERROR_RESPONSE
                         : payload.get_byte_enable_ptr() != nullptr
                             ? ::tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE
                             : ::tlm::TLM_OK_RESPONSE);
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
  intake_.finish(payload, status);
}

}  // namespace lacuna::cosim
