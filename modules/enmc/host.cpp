// SPDX-License-Identifier: Apache-2.0
#include "enmc/host.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include <fmt/format.h>
#include <sysc/kernel/sc_spawn.h>

#include "tlm/time.h"
#include "workload/normalize.h"

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
  batches_.push_back({std::move(batch), tlm::now()});
  watchdog_.begin_work();
  submitted_.notify(sc_core::SC_ZERO_TIME);
}

void Host::run() {
  try {
    await_batch();
    begin_ = tlm::now();
    Time handed_over = begin_;  // contexts of the batch before
    while (true) {
      const Time front_end =
          workload::front_end_time(batch().front_end, batch().contexts, params_.front_end);
      front_end_ += front_end;
      doing_ = "itself: it works contexts out";
      spend(std::max(handed_over, batches_.front().at) + front_end - tlm::now());
      handed_over = tlm::now();
      classify();
      batches_.pop_front();
      doing_.clear();
      watchdog_.end_work();
      await_batch();
    }
  } catch (const Error& error) {
    watchdog_.fail(error);
  }
}

void Host::await_batch() {
  while (batches_.empty()) {
    sc_core::wait(submitted_);
  }
}

void Host::spend(Time time) {
  if (time > Time(0)) {
    sc_core::wait(tlm::to_sc_time(time));
  }
}

void Host::compute_for(double operations) {
  spend(Time(static_cast<std::int64_t>(std::ceil(operations / params_.operations_per_ns * 1e3))));
}

void Host::classify() {
  const Time begin = tlm::now();
  results_.emplace_back(batch().contexts);
  parts_.assign(batch().contexts, {});
  doing_ = "itself: it projects";
  compute_for(static_cast<double>(batch().projection_operations));
  const Time projected = tlm::now();
  doing_ = "the memory: it writes contexts";
  write_features();
  const Time written = tlm::now();
  doing_ = "the ranks";
  for (std::uint32_t first = 0; first < batch().contexts; first += layout_->contexts) {
    PassContexts contexts;
    contexts.first = first;
    contexts.count = std::min(layout_->contexts, batch().contexts - first);
    contexts.last = first + contexts.count == batch().contexts;
    run_pass(contexts);
    collect(contexts);
  }
  const Time returned = tlm::now();
  doing_ = "itself: it normalizes";
  normalize();
  end_ = tlm::now();
  projecting_ += projected - begin;
  writing_ += written - projected;
  with_ranks_ += returned - written;
  normalizing_ += end_ - returned;
}

/// Ordinary memory, in the host's phase: drained when the last answer has come.
void Host::write_features() {
  Outstanding writes;
  std::vector<std::uint8_t> rows;
  for (std::uint32_t i = 0; i < batch().contexts; ++i) {
    const std::size_t d = batch().constants.dimension;
    const auto row = fp32_row(Span<const float>(batch().features).subspan(i * d, d), 0);
    rows.insert(rows.end(), row.begin(), row.end());
  }
  for (std::uint32_t r = 0; r < layout_->ranks; ++r) {
    port_.write(rank_base(r) + layout_->features_int4, batch().projected, writes);
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
        programs.emplace_back(*layout_, channel * ranks_per_channel_ + r, batch().constants, pass_,
                              params_.issue);
      }
      const bool softmax = batch().constants.normalizer == workload::Normalizer::softmax;
      channel_[channel]->run(std::move(programs), softmax ? pass_.count : 0);
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
      Classification& classification = results_.back().at(contexts.first + result.of.context);
      const Scored scored{layout_->category_of(rank, result.of.row), result.value};
      (result.accurate ? classification.accurate : classification.approximate).push_back(scored);
    }
    const std::vector<SoftmaxPart>& parts = channel.parts(within);
    for (std::uint32_t i = 0; i < parts.size(); ++i) {
      if (parts[i].sum > 0) {
        parts_[contexts.first + i].push_back(parts[i]);
      }
    }
  }
}

void Host::normalize() {
  std::uint64_t values = 0;
  for (std::uint32_t i = 0; i < batch().contexts; ++i) {
    values += workload::normalize(results_.back()[i], parts_[i], batch().constants.normalizer);
  }
  compute_for(static_cast<double>(values) * operations_per_value);
}

void Host::summarise(Summary& summary) const {
  const auto ns = [](Time time) { return static_cast<double>(time.value()) * 1e-3; };
  summary.add("elapsed_ns", ns(end_ - begin_));
  summary.add("front_end_ns", ns(front_end_));
  summary.add("classification_ns", ns(projecting_ + writing_ + with_ranks_ + normalizing_));
  summary.add("projection_ns", ns(projecting_));
  summary.add("features_ns", ns(writing_));
  summary.add("ranks_ns", ns(with_ranks_));
  summary.add("normalization_ns", ns(normalizing_));
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
