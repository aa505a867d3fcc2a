// SPDX-License-Identifier: Apache-2.0
#include "enmc/host.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include <fmt/format.h>
#include <sysc/kernel/sc_spawn.h>

#include "tlm/time.h"

namespace lacuna::enmc {

namespace {

/// Of merging one part into a normalizer, and of one probability: two exponentials' worth.
constexpr double operations_per_value = 20;

using sparse::screening::SoftmaxPart;

}  // namespace

Host::Host(const sc_core::sc_module_name& name, const HostParams& params,
           tlm::Surroundings& surroundings)
    : Component(name), params_(params), watchdog_(surroundings.watchdog), port_("port") {
  offer_initiator("memory", port_.memory);
  use_interface("dimms", dimms_);
  SC_HAS_PROCESS(Host);
  SC_THREAD(run);
}

void Host::bound(const std::string&, const Component& target, const std::string&) {
  dram_ = dynamic_cast<const memory::Dram*>(&target);
  if (dram_ == nullptr || !dram_->instruction_window()) {
    dram_ = nullptr;
    watchdog_.fail(input_error({}, fmt::format("{}.memory", name()),
                               "must lead to a memory with an instruction_window"));
    return;
  }
  window_ = *dram_->instruction_window();
  channels_ = dram_->channels();
  const std::uint64_t rank_bytes = dram_->device().organisation.rank_bytes();
  ranks_per_channel_ =
      static_cast<std::uint32_t>(dram_->capacity().value() / rank_bytes / channels_);
}

void Host::start_of_simulation() {
  for (std::uint32_t c = 0; c < channels_; ++c) {
    HostChannel::Rules rules;
    rules.channel = c;
    rules.ranks = ranks_per_channel_;
    rules.instruction_buffer = dimms_->parameters().rank.instruction_buffer;
    rules.issue = params_.issue;
    rules.poll_interval = params_.poll_interval;
    channel_.push_back(std::make_unique<HostChannel>(port_, *window_, rules));
    sc_core::sc_spawn([this, c] { run_channel(c); }, fmt::format("channel{}", c).c_str());
  }
}

std::vector<std::uint8_t> Host::fp32_row(Span<const float> values, float last) const {
  std::vector<std::uint8_t> bytes(layout_->fp32_row_bytes);
  std::memcpy(bytes.data(), values.data(), values.size() * sizeof(float));
  std::memcpy(bytes.data() + values.size() * sizeof(float), &last, sizeof last);
  return bytes;
}

void Host::place(const ClassifierShape& shape, std::uint32_t batch) {
  layout_ = lay_out(shape, batch, dimms_->parameters().ranks, dimms_->rank_bytes(),
                    dimms_->parameters().rank);
}

void Host::load(const ClassifierData& data, std::uint32_t batch) {
  const ClassifierShape shape = data.shape();
  place(shape, batch);
  std::vector<std::uint8_t> packed(layout_->row_bytes);
  std::vector<float> row(shape.dimension);
  for (std::uint64_t category = 0; category < shape.categories; ++category) {
    const auto rank = static_cast<std::uint32_t>(category % layout_->ranks);
    const std::uint64_t number = category / layout_->ranks;
    const std::uint64_t base = rank_base(rank);
    data.screener_weights(category, packed);
    port_.load(base + layout_->weights_int4 + number * layout_->row_bytes, packed);
    const std::int32_t bias = data.screener_bias(category);
    std::array<std::uint8_t, sizeof bias> bytes{};
    std::memcpy(bytes.data(), &bias, sizeof bias);
    port_.load(base + layout_->biases_int4 + 4 * number, bytes);
    data.weights(category, row);
    port_.load(base + layout_->weights_fp32 + number * layout_->fp32_row_bytes,
               fp32_row(row, data.bias(category)));
  }
}

void Host::submit(Batch batch) {
  batch.constants.returns_all = params_.returns_all;
  batch_ = std::move(batch);
  watchdog_.begin_work();
  submitted_.notify(sc_core::SC_ZERO_TIME);
}

void Host::run() {
  try {
    while (true) {
      while (!batch_) {
        wait(submitted_);
      }
      classify();
      batch_.reset();
      doing_.clear();
      watchdog_.end_work();
    }
  } catch (const Error& error) {
    watchdog_.fail(error);
  }
}

void Host::compute_for(double operations) {
  wait(tlm::to_sc_time(
      Time(static_cast<std::int64_t>(std::ceil(operations / params_.operations_per_ns * 1e3)))));
}

void Host::classify() {
  begin_ = tlm::now();
  results_.assign(batch_->contexts, {});
  parts_.assign(batch_->contexts, {});
  doing_ = "itself: it projects";
  compute_for(static_cast<double>(batch_->projection_operations));
  projected_ = tlm::now();
  doing_ = "the memory: it writes contexts";
  write_features();
  written_ = tlm::now();
  doing_ = "the ranks";
  for (std::uint32_t first = 0; first < batch_->contexts; first += layout_->contexts) {
    PassContexts contexts;
    contexts.first = first;
    contexts.count = std::min(layout_->contexts, batch_->contexts - first);
    contexts.last = first + contexts.count == batch_->contexts;
    run_pass(contexts);
    collect(contexts);
  }
  returned_ = tlm::now();
  doing_ = "itself: it normalizes";
  normalize();
  end_ = tlm::now();
}

/// Ordinary memory, in the host's phase: drained when the last answer has come.
void Host::write_features() {
  Outstanding writes;
  std::vector<std::uint8_t> rows;
  for (std::uint32_t i = 0; i < batch_->contexts; ++i) {
    const std::size_t d = batch_->constants.dimension;
    const auto row = fp32_row(Span<const float>(batch_->features).subspan(i * d, d), 0);
    rows.insert(rows.end(), row.begin(), row.end());
  }
  for (std::uint32_t r = 0; r < layout_->ranks; ++r) {
    port_.write(rank_base(r) + layout_->features_int4, batch_->projected, writes);
    port_.write(rank_base(r) + layout_->features_fp32, rows, writes);
  }
  writes.await();
}

void Host::run_pass(const PassContexts& contexts) {
  pass_ = contexts;
  for (std::uint32_t c = 0; c < channels_; ++c) {
    passes_.add();
  }
  pass_begins_.notify();
  passes_.await();
}

void Host::run_channel(std::uint32_t channel) {
  try {
    while (true) {
      sc_core::wait(pass_begins_);
      std::vector<Program> programs;
      for (std::uint32_t r = 0; r < ranks_per_channel_; ++r) {
        programs.emplace_back(*layout_, channel * ranks_per_channel_ + r, batch_->constants, pass_,
                              params_.issue);
      }
      channel_[channel]->run(std::move(programs), pass_.count);
      passes_.remove();
    }
  } catch (const Error& error) {
    watchdog_.fail(error);
  }
}

void Host::collect(const PassContexts& contexts) {
  for (std::uint32_t rank = 0; rank < layout_->ranks; ++rank) {
    const HostChannel& channel = *channel_[rank / ranks_per_channel_];
    const std::uint32_t within = rank % ranks_per_channel_;
    for (const Result& result : channel.results(within)) {
      Classification& classification = results_.at(contexts.first + result.of.context);
      const Scored scored{layout_->category_of(rank, result.of.row), result.value};
      (result.accurate ? classification.accurate : classification.approximate).push_back(scored);
    }
    for (std::uint32_t i = 0; i < contexts.count; ++i) {
      const SoftmaxPart& part = channel.parts(within)[i];
      if (part.sum > 0) {
        parts_[contexts.first + i].push_back(part);
      }
    }
  }
}

void Host::normalize() {
  double values = 0;
  for (std::uint32_t i = 0; i < batch_->contexts; ++i) {
    Classification& result = results_[i];
    for (std::vector<Scored>* scored : {&result.accurate, &result.approximate}) {
      std::sort(scored->begin(), scored->end(),
                [](const Scored& a, const Scored& b) { return a.category < b.category; });
    }
    if (parts_[i].empty()) {
      continue;
    }
    result.normalizer = sparse::screening::merge_softmax(parts_[i]);
    std::vector<float> outputs;
    for (const Scored& scored : result.accurate) {
      outputs.push_back(scored.value);
    }
    result.probabilities.resize(outputs.size());
    sparse::screening::normalize_softmax(outputs, result.normalizer, result.probabilities);
    values += static_cast<double>(parts_[i].size() + outputs.size());
  }
  compute_for(values * operations_per_value);
}

void Host::summarise(Summary& summary) const {
  const auto ns = [](Time time) { return static_cast<double>(time.value()) * 1e-3; };
  summary.add("classification_ns", ns(end_ - begin_));
  summary.add("projection_ns", ns(projected_ - begin_));
  summary.add("features_ns", ns(written_ - projected_));
  summary.add("ranks_ns", ns(returned_ - written_));
  summary.add("normalization_ns", ns(end_ - returned_));
  std::uint64_t sent = 0;
  std::uint64_t polls = 0;
  for (const auto& channel : channel_) {
    sent += channel->sent();
    polls += channel->polls();
  }
  summary.add("instructions_sent", sent);
  summary.add("polls", polls);
}

tlm::ModuleType host_type() {
  auto type = tlm::module_type<HostParams, Host>(
      "enmc_host", "processor that classifies with the DIMMs of an enmc module");
  type.ports = {{"memory", "initiator", "the channel port of a memory with an instruction_window"},
                {"dimms", "interface", "dimms of an enmc module"}};
  return type;
}

}  // namespace lacuna::enmc
