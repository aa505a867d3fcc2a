// SPDX-License-Identifier: Apache-2.0
#include "engine/job.h"

#include <string>

#include "core/error.h"
#include "engine/tile.h"

namespace lacuna::engine {
namespace {

constexpr std::uint32_t magic = 0x4A43414C;  // "LACJ" as bytes in memory
constexpr std::uint32_t version = 1;

constexpr std::uint32_t flag_relu = 1u << 0;
constexpr std::uint32_t flag_requantize = 1u << 1;
constexpr std::uint32_t flag_signed_activations = 1u << 2;
constexpr std::uint32_t flag_reordered_channels = 1u << 3;
constexpr std::uint32_t flag_activations_on_chip = 1u << 4;
constexpr std::uint32_t flag_outputs_on_chip = 1u << 5;
constexpr std::uint32_t flag_reduced_activations = 1u << 6;
constexpr std::uint32_t flag_sums_in_buffer = 1u << 7;
constexpr std::uint32_t all_flags = 0xFF;

constexpr std::uint32_t largest_extent = 1u << 24;
constexpr std::uint32_t largest_step = 1u << 16;      // strides, dilations, pads, array sides
constexpr double largest_tensor = 1099511627776.0;    // 2^40 elements
constexpr double largest_work = 72057594037927936.0;  // 2^56 multiply-accumulates

template <class Byte, class T>
void put(Byte* at, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    at[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (8 * i));
  }
}

template <class T>
T get(const std::uint8_t* at) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    value |= std::uint64_t{at[i]} << (8 * i);
  }
  return static_cast<T>(value);
}

Error bad(const std::string& field, std::uint64_t value) {
  return model_error("job descriptor: " + field + " is " + std::to_string(value));
}

/// Writes the fields of a descriptor one after the other.
class Writer {
 public:
  explicit Writer(std::uint8_t* at) : at_(at) {}

  void word(const char*, std::uint32_t value) { next(value); }
  void words(const char*, std::uint64_t value) { next(value); }
  void number(const char*, std::uint32_t value, std::uint32_t, std::uint32_t) { next(value); }
  template <class Enum>
  void choice(const char*, Enum value, Enum) {
    next(static_cast<std::uint32_t>(value));
  }

 private:
  template <class T>
  void next(T value) {
    put(at_, value);
    at_ += sizeof value;
  }
  std::uint8_t* at_;
};

/// Reads them back in the same order, and checks what a field alone must hold.
class Reader {
 public:
  explicit Reader(const std::uint8_t* at) : at_(at) {}

  const std::uint8_t* place() const { return at_; }
  void word(const char*, std::uint32_t& value) { value = next<std::uint32_t>(); }
  void words(const char*, std::uint64_t& value) { value = next<std::uint64_t>(); }
  void number(const char* name, std::uint32_t& value, std::uint32_t low, std::uint32_t high) {
    value = next<std::uint32_t>();
    if (value < low || value > high) {
      throw bad(name, value);
    }
  }
  template <class Enum>
  void choice(const char* name, Enum& value, Enum last) {
    const auto number = next<std::uint32_t>();
    if (number > static_cast<std::uint32_t>(last)) {
      throw bad(name, number);
    }
    value = static_cast<Enum>(number);
  }

 private:
  template <class T>
  T next() {
    const T value = get<T>(at_);
    at_ += sizeof(T);
    return value;
  }
  const std::uint8_t* at_;
};

/// Every field but the head, in the order of doc/registers.md.
template <class Access, class Shape>
void visit_shape(Access& access, Shape& s) {
  access.number("batch", s.batch, 1, largest_extent);
  access.number("groups", s.groups, 1, largest_extent);
  access.number("in_channels", s.in_channels, 1, largest_extent);
  access.number("in_height", s.in_height, 1, largest_extent);
  access.number("in_width", s.in_width, 1, largest_extent);
  access.number("out_channels", s.out_channels, 1, largest_extent);
  access.number("kernel_height", s.kernel_height, 1, largest_extent);
  access.number("kernel_width", s.kernel_width, 1, largest_extent);
  access.number("stride_height", s.stride_height, 1, largest_step);
  access.number("stride_width", s.stride_width, 1, largest_step);
  access.number("dilation_height", s.dilation_height, 1, largest_step);
  access.number("dilation_width", s.dilation_width, 1, largest_step);
  access.number("pad_top", s.pad_top, 0, largest_step);
  access.number("pad_left", s.pad_left, 0, largest_step);
  access.number("pad_bottom", s.pad_bottom, 0, largest_step);
  access.number("pad_right", s.pad_right, 0, largest_step);
}

template <class Access, class M>
void visit_mapping(Access& access, M& m) {
  access.number("array_rows", m.array_rows, 1, largest_step);
  access.number("array_columns", m.array_columns, 1, largest_step);
  access.number("blocks_per_tile", m.blocks_per_tile, 1, largest_extent);
  access.number("tile_height", m.tile_height, 1, largest_extent);
  access.number("tile_width", m.tile_width, 1, largest_extent);
  access.number("groups_per_chunk", m.groups_per_chunk, 1, largest_extent);
  access.choice("order", m.order, LoopOrder::positions_outer);
  access.choice("spread", m.spread, PositionSpread::any);
  access.choice("layout", m.layout, ActivationLayout::matrix);
}

template <class Access, class Job>
void visit_operands(Access& access, Job& job) {
  access.choice("output", job.output, OutputType::int32);
  access.choice("weight_source", job.weight_source, WeightSource::dynamic_transposed);
  access.words("activations_address", job.activations_address);
  access.words("outputs_address", job.outputs_address);
  access.words("tile_table_address", job.tile_table_address);
  access.words("channel_index_address", job.channel_index_address);
  access.words("channel_scale_address", job.channel_scale_address);
  access.words("weights_address", job.weights_address);
  access.word("weights_row_stride", job.weights_row_stride);
  access.word("weights_group_stride", job.weights_group_stride);
  access.word("first_job", job.first_job);
}

std::uint32_t flags_of(const JobDescriptor& job) {
  return (job.relu ? flag_relu : 0) | (job.requantize ? flag_requantize : 0) |
         (job.signed_activations ? flag_signed_activations : 0) |
         (job.reordered_channels ? flag_reordered_channels : 0) |
         (job.activations_on_chip ? flag_activations_on_chip : 0) |
         (job.outputs_on_chip ? flag_outputs_on_chip : 0) |
         (job.reduced_activations ? flag_reduced_activations : 0) |
         (job.sums_in_buffer ? flag_sums_in_buffer : 0);
}

void check_axis(const char* name, std::uint64_t in, std::uint64_t kernel, std::uint64_t dilation) {
  const std::uint64_t reach = dilation * (kernel - 1) + 1;
  if (reach > in) {
    throw bad(std::string("the kernel's reach in ") + name, reach);
  }
}

void check_shape(const workload::LayerShape& s) {
  if (s.in_channels % s.groups != 0) {
    throw bad("in_channels, not a multiple of groups,", s.in_channels);
  }
  if (s.out_channels % s.groups != 0) {
    throw bad("out_channels, not a multiple of groups,", s.out_channels);
  }
  check_axis("height", std::uint64_t{s.in_height} + s.pad_top + s.pad_bottom, s.kernel_height,
             s.dilation_height);
  check_axis("width", std::uint64_t{s.in_width} + s.pad_left + s.pad_right, s.kernel_width,
             s.dilation_width);
  const double pixels = double{1} * s.batch * s.in_height * s.in_width;
  const double positions = double{1} * s.batch * s.out_height() * s.out_width();
  const double reduction = double{1} * s.kernel_height * s.kernel_width * s.group_in_channels();
  if (pixels * s.in_channels > largest_tensor || positions * s.out_channels > largest_tensor ||
      reduction > largest_extent * 64.0 || positions * s.out_channels * reduction > largest_work) {
    throw model_error("job descriptor: the layer's shape is larger than any memory");
  }
}

void check_mapping(const workload::LayerShape& s, const Mapping& m) {
  const TileCounts counts = tile_counts(s, m);
  if (m.blocks_per_tile > counts.channel_blocks) {
    throw bad("blocks_per_tile", m.blocks_per_tile);
  }
  if (m.tile_height > s.out_height()) {
    throw bad("tile_height", m.tile_height);
  }
  if (m.tile_width > s.out_width()) {
    throw bad("tile_width", m.tile_width);
  }
  if (m.groups_per_chunk > counts.reduction_groups) {
    throw bad("groups_per_chunk", m.groups_per_chunk);
  }
  if (counts.steps > max_tile_steps) {
    throw bad("the number of tile steps", counts.steps);
  }
}

void check_operands(const JobDescriptor& job) {
  if (!job.requantize && job.output != OutputType::int32) {
    throw bad("output, without requantization,", static_cast<std::uint64_t>(job.output));
  }
  if (job.reduced_activations && job.signed_activations) {
    throw model_error("job descriptor: only unsigned activations can take part with fewer bits");
  }
  const bool dynamic = job.weight_source != WeightSource::stream;
  if (job.reordered_channels && (dynamic || job.shape.out_channels > no_channel)) {
    throw bad("out_channels, too many or computed at run time to be reordered,",
              job.shape.out_channels);
  }
  const std::uint32_t row = job.weight_source == WeightSource::dynamic_transposed
                                ? job.shape.group_out_channels()
                                : job.shape.reduction();
  if (dynamic && job.weights_row_stride < row) {
    throw bad("weights_row_stride", job.weights_row_stride);
  }
}

}  // namespace

std::uint32_t size_of(OutputType type) {
  switch (type) {
    case OutputType::int16:
      return 2;
    case OutputType::int32:
      return 4;
    case OutputType::int8:
    case OutputType::uint8:
      break;
  }
  return 1;
}

std::array<std::uint8_t, job_descriptor_bytes> serialize(const JobDescriptor& job) {
  std::array<std::uint8_t, job_descriptor_bytes> bytes{};
  Writer writer(bytes.data());
  writer.word("magic", magic);
  writer.word("version", version);
  writer.word("flags", flags_of(job));
  visit_shape(writer, job.shape);
  visit_mapping(writer, job.mapping);
  visit_operands(writer, job);
  return bytes;
}

JobDescriptor parse_job(Span<const std::uint8_t> bytes) {
  if (bytes.size() < job_descriptor_bytes) {
    throw bad("the number of its bytes", bytes.size());
  }
  JobDescriptor job;
  std::uint32_t head = 0;
  std::uint32_t flags = 0;
  Reader reader(bytes.data());
  reader.number("magic", head, magic, magic);
  reader.number("version", head, version, version);
  reader.number("flags", flags, 0, all_flags);
  job.relu = (flags & flag_relu) != 0;
  job.requantize = (flags & flag_requantize) != 0;
  job.signed_activations = (flags & flag_signed_activations) != 0;
  job.reordered_channels = (flags & flag_reordered_channels) != 0;
  job.activations_on_chip = (flags & flag_activations_on_chip) != 0;
  job.outputs_on_chip = (flags & flag_outputs_on_chip) != 0;
  job.reduced_activations = (flags & flag_reduced_activations) != 0;
  job.sums_in_buffer = (flags & flag_sums_in_buffer) != 0;
  visit_shape(reader, job.shape);
  visit_mapping(reader, job.mapping);
  visit_operands(reader, job);
  for (const std::uint8_t* at = reader.place(); at != bytes.data() + job_descriptor_bytes; ++at) {
    if (*at != 0) {
      throw bad("a reserved byte", *at);
    }
  }
  check_shape(job.shape);
  check_mapping(job.shape, job.mapping);
  check_operands(job);
  return job;
}

void serialize(const WeightTileEntry& entry, Span<std::uint8_t> bytes) {
  if (bytes.size() < weight_tile_entry_bytes) {
    throw model_error("a weight tile entry does not fit its place");
  }
  put(bytes.data(), entry.weights_address);
  put(bytes.data() + 8, entry.weights_bytes);
  put(bytes.data() + 12, entry.metadata_bytes);
  put(bytes.data() + 16, entry.metadata_address);
}

WeightTileEntry parse_tile_entry(Span<const std::uint8_t> bytes) {
  if (bytes.size() < weight_tile_entry_bytes) {
    throw model_error("a weight tile entry is cut short");
  }
  WeightTileEntry entry;
  entry.weights_address = get<std::uint64_t>(bytes.data());
  entry.weights_bytes = get<std::uint32_t>(bytes.data() + 8);
  entry.metadata_bytes = get<std::uint32_t>(bytes.data() + 12);
  entry.metadata_address = get<std::uint64_t>(bytes.data() + 16);
  return entry;
}

ChannelScale parse_channel_scale(Span<const std::uint8_t> bytes) {
  if (bytes.size() < channel_scale_bytes) {
    throw model_error("a channel scale is cut short");
  }
  return {get<std::int32_t>(bytes.data()), get<std::int32_t>(bytes.data() + 4),
          get<std::int32_t>(bytes.data() + 8)};
}

void serialize(const ChannelScale& scale, Span<std::uint8_t> bytes) {
  if (bytes.size() < channel_scale_bytes) {
    throw model_error("a channel scale does not fit its place");
  }
  put(bytes.data(), static_cast<std::uint32_t>(scale.bias));
  put(bytes.data() + 4, static_cast<std::uint32_t>(scale.multiplier));
  put(bytes.data() + 8, static_cast<std::uint32_t>(scale.shift));
}

}  // namespace lacuna::engine
