// SPDX-License-Identifier: Apache-2.0
#include <cstring>
#include <filesystem>
#include <numeric>
#include <random>

#include <catch2/catch.hpp>

#include "core/files.h"
#include "core/tensor.h"
#include "core_support.h"

using namespace lacuna;
using lacuna_test::problem_of;
using lacuna_test::TemporaryFolder;

namespace {

Tensor parse(const std::string& file) {
  return parse_npy({reinterpret_cast<const std::uint8_t*>(file.data()), file.size()}, "w.npy");
}

std::string problem(const std::string& file) {
  return problem_of([&] { parse(file); });
}

/// A file of format 1.0 with this header text (the dictionary begins at byte 10) and this much
/// data.
std::string file_with(const std::string& header, std::size_t data_bytes) {
  std::string file("\x93NUMPY\x01\x00", 8);
  file += static_cast<char>(header.size() & 0xFFU);
  file += static_cast<char>(header.size() >> 8U);
  return file + header + std::string(data_bytes, '\x01');
}

const std::string good = "{'descr': '|i1', 'fortran_order': False, 'shape': (2, 3), }\n";

/// The good header with one piece replaced.
std::string header_with(const std::string& from, const std::string& to) {
  std::string header = good;
  header.replace(header.find(from), from.size(), to);
  return header;
}

std::string at(std::size_t byte, const std::string& message) {
  return "w.npy: byte " + std::to_string(byte) + ": " + message;
}

template <class T>
Tensor random_tensor(std::mt19937& random) {
  Shape shape(random() % 5);
  for (std::size_t& dimension : shape) {
    dimension = 1 + random() % 5;
  }
  Tensor tensor(DataTypeOf<T>::value, shape);
  for (T& element : tensor.elements<T>()) {
    element = static_cast<T>(static_cast<std::int32_t>(random()));
  }
  return tensor;
}

template <class T>
void check_round_trip(std::mt19937& random, const std::string& path) {
  const Tensor tensor = random_tensor<T>(random);
  save_npy(path, tensor);
  const Tensor back = load_npy(path);
  CHECK(back.type() == tensor.type());
  CHECK(back.shape() == tensor.shape());
  REQUIRE(back.bytes().size() == tensor.bytes().size());
  CHECK(std::memcmp(back.bytes().data(), tensor.bytes().data(), tensor.bytes().size()) == 0);
}

}  // namespace

TEST_CASE("a file of NumPy's is read, and the same bytes are written") {
  // numpy.save(f, numpy.arange(6, dtype='<i2').reshape(2, 3))
  std::string file("\x93NUMPY\x01\x00v\x00", 10);
  file += "{'descr': '<i2', 'fortran_order': False, 'shape': (2, 3), }";
  file += std::string(58, ' ') + '\n';
  REQUIRE(file.size() == 128);
  file += std::string("\0\0\1\0\2\0\3\0\4\0\5\0", 12);
  const Tensor tensor = parse(file);
  CHECK(tensor.type() == DataType::int16);
  CHECK(tensor.shape() == Shape{2, 3});
  for (std::int16_t i = 0; i < 6; ++i) {
    CHECK(tensor.elements<std::int16_t>()[static_cast<std::size_t>(i)] == i);
  }
  const TemporaryFolder folder;
  save_npy(folder.path("t.npy"), tensor);
  CHECK(read_file(folder.path("t.npy")) == file);
}

TEST_CASE("what is saved is loaded again, for every type and rank") {
  std::mt19937 random(11);
  const TemporaryFolder folder;
  const std::string path = folder.path("t.npy");
  for (int i = 0; i < 30; ++i) {
    check_round_trip<std::int8_t>(random, path);
    check_round_trip<std::uint8_t>(random, path);
    check_round_trip<std::int16_t>(random, path);
    check_round_trip<std::int32_t>(random, path);
    check_round_trip<float>(random, path);
  }
  CHECK(std::distance(std::filesystem::directory_iterator(folder.root()), {}) == 1);
}

TEST_CASE("Fortran order is turned into C order") {
  // Element [i][j] of a 2 x 3 matrix has the value 3 i + j; columns come first in the file.
  std::string file = file_with(header_with("False", "True"), 0);
  file += std::string("\0\3\1\4\2\5", 6);
  const Tensor tensor = parse(file);
  for (std::int8_t i = 0; i < 6; ++i) {
    CHECK(tensor.elements<std::int8_t>()[static_cast<std::size_t>(i)] == i);
  }
}

TEST_CASE("Fortran order of four dimensions and two bytes agrees with index arithmetic") {
  const Shape shape = {2, 3, 4, 5};
  std::string file =
      file_with("{'shape': (2, 3, 4, 5), 'fortran_order': True, 'descr': '<i2'}\n", 0);
  for (int i = 0; i < 120; ++i) {
    file += static_cast<char>(i);
    file += '\0';
  }
  const Tensor tensor = parse(file);
  const auto elements = tensor.elements<std::int16_t>();
  for (std::size_t a = 0; a < 2; ++a) {
    for (std::size_t b = 0; b < 3; ++b) {
      for (std::size_t c = 0; c < 4; ++c) {
        for (std::size_t d = 0; d < 5; ++d) {
          const std::size_t column_major = a + 2 * (b + 3 * (c + 4 * d));
          CHECK(elements[((a * 3 + b) * 4 + c) * 5 + d] == static_cast<int>(column_major));
        }
      }
    }
  }
}

TEST_CASE("the dictionary may be written in other ways that mean the same") {
  for (const char* header :
       {"{'shape': (2,3), 'descr': '|i1', 'fortran_order': False}\n",
        "{\"descr\":\"|i1\",\"shape\":(2,3,),\"fortran_order\":False}     \n",
        "  { 'descr' : '|i1' , 'fortran_order' : False , 'shape' : ( 2 , 3 ) , }\n"}) {
    CHECK(parse(file_with(header, 6)).shape() == Shape{2, 3});
  }
  CHECK(parse(file_with(header_with("(2, 3)", "()"), 1)).shape().empty());
  CHECK(parse(file_with(header_with("(2, 3)", "()"), 1)).size() == 1);
  CHECK(parse(file_with(header_with("(2, 3)", "(6,)"), 6)).shape() == Shape{6});
}

TEST_CASE("formats 2.0 and 3.0 have a longer length") {
  for (const char version : {'\2', '\3'}) {
    std::string file = "\x93NUMPY";
    file += version;
    file += '\0';
    file += static_cast<char>(good.size());
    file += std::string(3, '\0') + good + std::string(6, 'x');
    CHECK(parse(file).shape() == Shape{2, 3});
  }
}

TEST_CASE("what is wrong before the dictionary is named by its byte") {
  const std::string file = file_with(good, 6);
  CHECK(problem("") == at(0, "not a .npy file: it does not start with \\x93NUMPY"));
  CHECK(problem("PK\x03\x04") == at(0, "not a .npy file: it does not start with \\x93NUMPY"));
  CHECK(problem("\x93NUMPX") == at(5, "not a .npy file: it does not start with \\x93NUMPY"));
  CHECK(problem(file.substr(0, 3)) == at(3, "not a .npy file: it does not start with \\x93NUMPY"));
  CHECK(problem(file.substr(0, 7)) == at(7, "the file ends before the header"));
  CHECK(problem(file.substr(0, 9)) == at(9, "the file ends before the header"));
  std::string other = file;
  other[6] = '\4';
  CHECK(problem(other) ==
        at(6, ".npy format 4.0 is not supported; supported are 1.0, 2.0 and 3.0"));
  other[6] = '\1';
  other[7] = '\1';
  CHECK(problem(other) ==
        at(7, ".npy format 1.1 is not supported; supported are 1.0, 2.0 and 3.0"));
  // 60 bytes of header, 20 of which are there.
  REQUIRE(good.size() == 60);
  CHECK(problem(file.substr(0, 30)) == at(8, "the header claims 60 bytes, but only 20 follow"));
  other = file;
  other[9] = '\xFF';
  CHECK(problem(other) == at(8, "the header claims 65340 bytes, but only 66 follow"));
  std::string long_header("\x93NUMPY\x02\x00\xFF\xFF\xFF\xFF", 12);
  CHECK(problem(long_header) == at(8, "the header claims 4294967295 bytes, but only 0 follow"));
}

TEST_CASE("what is wrong in the dictionary is named by its byte") {
  const auto in_header = [](const std::string& from, const std::string& to) {
    return problem(file_with(header_with(from, to), 6));
  };
  const std::string types = "supported are |i1, |u1, <i2, <i4 and <f4";
  // The dictionary starts at byte 10, the value of descr at 20, of fortran_order at 43, of shape
  // at 60.
  CHECK(in_header("{", "[") == at(10, "expected '{' in the header, found '['"));
  CHECK(in_header("'descr'", "descr") == at(11, "expected a quoted text in the header, found 'd'"));
  CHECK(in_header("descr", "dscr") ==
        at(11, "unknown key 'dscr' in the header, did you mean 'descr'?"));
  CHECK(in_header("'fortran_order': False", "'descr': '|i1'") ==
        at(27, "key 'descr' stands twice in the header"));
  CHECK(in_header("'fortran_order': False, ", "") ==
        at(44, "key 'fortran_order' is missing from the header"));
  CHECK(problem(file_with("{}\n", 6)) == at(11, "key 'descr' is missing from the header"));
  CHECK(in_header("'|i1'", "'>i2'") ==
        at(20, "element type '>i2' is big-endian, which is not supported; " + types));
  for (const char* type : {"<i8", "<f8", "<f2", "|b1", "<u2", "|S1", "=i2", "i1", "<i1", ""}) {
    CHECK(in_header("|i1", type) ==
          at(20, std::string("element type '") + type + "' is not supported; " + types));
  }
  CHECK(in_header("'|i1'", "[('x', '<i4')]") == at(20, "records are not supported; " + types));
  CHECK(in_header("False", "false") ==
        at(44, "expected True or False for fortran_order, found 'f'"));
  CHECK(in_header("False", "0") == at(44, "expected True or False for fortran_order, found '0'"));
  CHECK(in_header("(2, 3)", "[2, 3]") == at(60, "expected '(' in the header, found '['"));
  CHECK(in_header("(2, 3)", "(6)") == at(62, "expected ',' in the header, found ')'"));
  CHECK(in_header("(2, 3)", "(2 3)") == at(63, "expected ',' in the header, found '3'"));
  CHECK(in_header("(2, 3)", "(2,,3)") == at(63, "expected a dimension in the header, found ','"));
  CHECK(in_header("(2, 3)", "(-2, 3)") == at(61, "expected a dimension in the header, found '-'"));
  CHECK(in_header("(2, 3)", "(2, 3L)") == at(65, "expected ',' in the header, found 'L'"));
  CHECK(in_header("(2, 3)", "(2, 0)") ==
        at(64, "a dimension of size zero: there is nothing to compute with"));
  CHECK(in_header("(2, 3)", "(0,)") ==
        at(61, "a dimension of size zero: there is nothing to compute with"));
  CHECK(in_header(", }", "]") == at(66, "expected ',' in the header, found ']'"));
  CHECK(in_header(", }\n", ", }") ==
        at(69, "expected '\\n' in the header, found the end of the header"));
  CHECK(in_header("}\n", "} x\n") == at(70, "expected '\\n' in the header, found 'x'"));
  CHECK(in_header("}\n", "}\n\n") == at(70, "the header goes on after its end of line"));
  CHECK(problem(file_with("{'descr': '|i1", 6)) ==
        at(24, "expected ''' in the header, found the end of the header"));
}

TEST_CASE("shapes larger than any memory are refused at the dimension that is too much") {
  const auto with_shape = [](const std::string& shape) {
    return problem(file_with(header_with("(2, 3)", shape), 6));
  };
  CHECK(with_shape("(4294967296, 4294967296)") ==
        at(73, "the shape has more elements than any memory"));
  CHECK(with_shape("(99999999999999999999999,)") ==
        at(61, "the shape has more elements than any memory"));
  CHECK(with_shape("(18446744073709551615, 1)") ==
        at(61, "the shape has more elements than any memory"));
  // 2^62 elements of 4 bytes would be 2^64 bytes: the product must not wrap to none.
  const std::string header =
      "{'descr': '<i4', 'fortran_order': False, 'shape': (4611686018427387904,), }\n";
  CHECK(problem(file_with(header, 0)) == at(61, "the shape has more elements than any memory"));
  std::string many = "(";
  for (int i = 0; i < 33; ++i) {
    many += "1,";
  }
  CHECK(with_shape(many + ")") == at(61 + 64, "more than 32 dimensions"));
}

TEST_CASE("data that is too short or too long is named by the first byte missing or surplus") {
  // 10 bytes before the header, 60 of header: data from byte 70 on.
  CHECK(problem(file_with(good, 5)) ==
        at(75, "shape [2, 3] of int8 needs 6 bytes of data, the file has 5"));
  CHECK(problem(file_with(good, 0)) ==
        at(70, "shape [2, 3] of int8 needs 6 bytes of data, the file has 0"));
  CHECK(problem(file_with(good, 7)) ==
        at(76, "shape [2, 3] of int8 needs 6 bytes of data, the file has 7"));
  CHECK(problem(file_with(header_with("|i1", "<f4"), 6)) ==
        at(76, "shape [2, 3] of float32 needs 24 bytes of data, the file has 6"));
  CHECK(problem(file_with(header_with("(2, 3)", "(2, 1000000000000)"), 6))
            .find("needs 2000000000000 bytes of data, the file has 6") != std::string::npos);
}

TEST_CASE("every truncation of a file is refused") {
  const std::string file = file_with(good, 6);
  for (std::size_t length = 0; length < file.size(); ++length) {
    CHECK(problem(file.substr(0, length)).find("w.npy: byte ") == 0);
  }
  CHECK(problem(file) == "nothing");
}

TEST_CASE("a tensor file that cannot be read names the file") {
  const TemporaryFolder folder;
  CHECK(problem_of([&] { load_npy(folder.path("none.npy")); }) ==
        folder.path("none.npy") + ": cannot open: No such file or directory");
  CHECK(problem_of([&] { load_npy(folder.write("t.npy", "x")); }) ==
        folder.path("t.npy") + ": byte 0: not a .npy file: it does not start with \\x93NUMPY");
}
