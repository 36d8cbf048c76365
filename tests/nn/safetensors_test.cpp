#include "varhush/nn/safetensors.hpp"

#include "varhush/core/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>

namespace varhush::nn {
namespace {

using testing::HasSubstr;

/// A safetensors image from a JSON header and `data` zero bytes.
std::vector<std::byte> image(const std::string& json, std::size_t data) {
    std::vector<std::byte> bytes(8 + json.size() + data);
    const std::uint64_t length = json.size();
    std::memcpy(bytes.data(), &length, 8);
    std::memcpy(bytes.data() + 8, json.data(), json.size());
    return bytes;
}

void expect_refused(const std::vector<std::byte>& bytes, const std::string& message) {
    try {
        (void)SafeTensors::from_memory(bytes, "bad.safetensors");
        FAIL() << "accepted; expected: " << message;
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kModel);
        EXPECT_THAT(error.what(), HasSubstr("bad.safetensors: "));
        EXPECT_THAT(error.what(), HasSubstr(message));
    }
}

class SafeTensorsFile : public testing::Test {
  protected:
    SafeTensorsFile() {
        std::string pattern = (std::filesystem::temp_directory_path() / "varhush_XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
    }
    ~SafeTensorsFile() override { std::filesystem::remove_all(folder_); }
    [[nodiscard]] std::string path(const std::string& name) const { return folder_ / name; }

    std::filesystem::path folder_;
};

TEST_F(SafeTensorsFile, RoundTripKeepsValuesShapesAndMetadata) {
    const std::vector<NamedTensor> tensors{
        {"b", {2, 3}, {1, 2, 3, 4, 5, -6.5F}}, {"a \"x\"", {}, {0.25F}}, {"empty", {0, 7}, {}}};
    write_safetensors(path("m"), tensors, {{"note", "µ \"quoted\"\n"}});
    const auto file = SafeTensors::open(path("m"));
    EXPECT_EQ(file.metadata().at("note"), "µ \"quoted\"\n");
    EXPECT_EQ(file.entries().size(), 3U);
    EXPECT_EQ(file.read_f32("b", {2, 3}), tensors[0].values);
    EXPECT_EQ(file.read_f32("a \"x\"", {}), tensors[1].values);
    EXPECT_TRUE(file.read_f32("empty", {0, 7}).empty());
    EXPECT_FALSE(std::filesystem::exists(path("m.part")));
}

TEST_F(SafeTensorsFile, DataStartsOnAMultipleOf64AndBytesAreReproducible) {
    for (std::size_t length = 0; length < 70; ++length) {
        const std::vector<NamedTensor> tensors{{std::string(length + 1, 'n'), {1}, {1}}};
        write_safetensors(path("x"), tensors, {});
        write_safetensors(path("y"), tensors, {});
        EXPECT_EQ((std::filesystem::file_size(path("x")) - 4) % 64, 0U);
        EXPECT_EQ(SafeTensors::open(path("x")).sha256(), SafeTensors::open(path("y")).sha256());
    }
}

TEST_F(SafeTensorsFile, StreamedAndWrittenFilesAreTheSameBytes) {
    constexpr std::int64_t kMany = (1 << 20) + 3;  // more than a block
    std::vector<NamedTensor> tensors{
        {"a", {kMany}, {}}, {"b", {2, 2}, {5, 6, 7, 8}}, {"c", {0}, {}}};
    for (std::int64_t i = 0; i < kMany; ++i) {
        tensors[0].values.push_back(static_cast<float>(i % 1000));
    }
    write_safetensors(path("whole"), tensors, {{"k", "v"}});
    const auto fill = [&](std::size_t index, std::int64_t first, std::span<float> out) {
        std::copy_n(tensors[index].values.begin() + first, out.size(), out.begin());
    };
    stream_safetensors(
        path("streamed"), {{"a", {kMany}}, {"b", {2, 2}}, {"c", {0}}}, {{"k", "v"}}, fill);
    EXPECT_EQ(SafeTensors::open(path("whole")).sha256(),
              SafeTensors::open(path("streamed")).sha256());
}

TEST_F(SafeTensorsFile, StreamedNumbersAreStoredInTheirType) {
    const std::vector<float> values{1, -2.5F, 0.333F, 65504};
    const auto fill = [&](std::size_t, std::int64_t, std::span<float> out) {
        std::copy(values.begin(), values.end(), out.begin());
    };
    stream_safetensors(
        path("mixed"), {{"h", {4}, "F16"}, {"b", {2, 2}, "BF16"}, {"f", {4}}}, {}, fill);
    const auto file = SafeTensors::open(path("mixed"));
    EXPECT_EQ(file.read_f32("f", {4}), values);
    const auto half = file.read_f32("h", {4});
    const auto brain = file.read_f32("b", {2, 2});
    for (std::size_t i = 0; i < values.size(); ++i) {
        EXPECT_NEAR(half[i], values[i], std::abs(values[i]) / 2048) << i;
        EXPECT_NEAR(brain[i], values[i], std::abs(values[i]) / 256) << i;
    }
}

TEST_F(SafeTensorsFile, AStreamThatFailsLeavesNothing) {
    const auto fill = [](std::size_t, std::int64_t, std::span<float>) {
        throw std::runtime_error("no values");
    };
    EXPECT_THROW(stream_safetensors(path("m"), {{"a", {4}}}, {}, fill), std::runtime_error);
    EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(SafeTensorsFile, CopyOutlivesTheFirstObject) {
    write_safetensors(path("m"), {{"t", {1}, {3}}}, {});
    SafeTensors copy = [&] { return SafeTensors(SafeTensors::open(path("m"))); }();
    EXPECT_EQ(copy.read_f32("t", {1}), std::vector<float>{3});
}

TEST_F(SafeTensorsFile, EveryCutIsRefused) {
    write_safetensors(path("m"), {{"t", {2, 2}, {1, 2, 3, 4}}}, {{"k", "v"}});
    const auto size = std::filesystem::file_size(path("m"));
    for (auto cut = size; cut-- > 0;) {
        std::filesystem::resize_file(path("m"), cut);
        EXPECT_THROW((void)SafeTensors::open(path("m")), Error) << cut;
    }
}

TEST_F(SafeTensorsFile, MissingFileAndFolderAreModelErrors) {
    for (const auto& bad : {path("absent"), folder_.string()}) {
        try {
            (void)SafeTensors::open(bad);
            FAIL();
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::kModel);
            EXPECT_THAT(error.what(), HasSubstr(bad));
        }
    }
}

TEST_F(SafeTensorsFile, FailedWriteLeavesNothing) {
    try {
        write_safetensors(path("no/such/folder"), {}, {});
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kOutput);
    }
    if (!std::filesystem::exists("/dev/full")) {
        GTEST_SKIP() << "no /dev/full";
    }
    std::filesystem::create_symlink("/dev/full", path("full.part"));
    EXPECT_THROW(write_safetensors(path("full"), {{"t", {1}, {1}}}, {}), Error);
    EXPECT_FALSE(std::filesystem::exists(path("full")));
    EXPECT_FALSE(std::filesystem::is_symlink(path("full.part")));
}

TEST(SafeTensors, Sha256OfKnownBytes) {
    // An empty header object: 8-byte length 2, "{}". Digest from sha256sum.
    EXPECT_EQ(SafeTensors::from_memory(image("{}", 0), "x").sha256(),
              "411a485216e432ece6b9af94fa32154cf79a2a56d4f81266baa50063f45092bd");
}

TEST(SafeTensors, WidensHalfAndBfloatExactly) {
    auto bytes = image(R"({"h":{"dtype":"F16","shape":[5],"data_offsets":[0,10]},)"
                       R"("b":{"dtype":"BF16","shape":[2],"data_offsets":[10,14]}})",
                       14);
    const std::uint16_t raw[7] = {0x3C00, 0x8001, 0x7BFF, 0xFC00, 0x7E00, 0x3F80, 0xC040};
    std::memcpy(bytes.data() + bytes.size() - 14, raw, 14);
    const auto file = SafeTensors::from_memory(bytes, "x");
    const auto half = file.read_f32("h", {5});
    EXPECT_EQ(half[0], 1.0F);
    EXPECT_EQ(half[1], -0x1p-24F);
    EXPECT_EQ(half[2], 65504.0F);
    EXPECT_EQ(half[3], -std::numeric_limits<float>::infinity());
    EXPECT_TRUE(std::isnan(half[4]));
    EXPECT_EQ(file.read_f32("b", {2}), (std::vector<float>{1.0F, -3.0F}));
}

TEST(SafeTensors, WidensAnyPartOfATensorInEachType) {
    auto bytes = image(R"({"f":{"dtype":"F32","shape":[3],"data_offsets":[0,12]},)"
                       R"("h":{"dtype":"F16","shape":[3],"data_offsets":[12,18]},)"
                       R"("b":{"dtype":"BF16","shape":[3],"data_offsets":[18,24]}})",
                       24);
    const float wide[3] = {1.5F, -2.0F, 3.25F};
    const std::uint16_t narrow[6] = {0x3E00, 0xC000, 0x4280, 0x3FC0, 0xC000, 0x4050};
    std::memcpy(bytes.data() + bytes.size() - 24, wide, 12);
    std::memcpy(bytes.data() + bytes.size() - 12, narrow, 12);
    const auto file = SafeTensors::from_memory(bytes, "x");
    for (const char* key : {"f", "h", "b"}) {
        for (std::size_t first = 0; first <= 3; ++first) {
            for (std::size_t count = 0; count + first <= 3; ++count) {
                std::vector<float> out(count, 7);
                widen(file.entries().at(key), static_cast<std::int64_t>(first), out);
                EXPECT_EQ(out, std::vector<float>(wide + first, wide + first + count)) << key;
            }
        }
    }
}

TEST(SafeTensors, WidenRefusesRangesOutsideAndOtherTypes) {
    const auto bytes = image(R"({"f":{"dtype":"F32","shape":[3],"data_offsets":[0,12]},)"
                             R"("i":{"dtype":"I32","shape":[3],"data_offsets":[12,24]}})",
                             24);
    const auto file = SafeTensors::from_memory(bytes, "x");
    const auto kind = [&](const char* key, std::int64_t first, std::size_t count) {
        std::vector<float> out(count);
        try {
            widen(file.entries().at(key), first, out);
        } catch (const Error& error) {
            return error.kind();
        }
        ADD_FAILURE() << key << " accepted";
        return ErrorKind::kUsage;
    };
    EXPECT_EQ(kind("f", 0, 4), ErrorKind::kInternal);
    EXPECT_EQ(kind("f", 2, 2), ErrorKind::kInternal);
    EXPECT_EQ(kind("f", 4, 0), ErrorKind::kInternal);
    EXPECT_EQ(kind("f", -1, 1), ErrorKind::kInternal);
    EXPECT_EQ(kind("i", 0, 1), ErrorKind::kModel);
}

TEST(SafeTensors, HeaderAndDataHaveHashesOfTheirOwn) {
    // Digests from sha256sum: 8-byte length and "{…}" padded by nothing; four zero bytes.
    const std::string json = R"({"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})";
    auto bytes = image(json, 4);
    const auto before = SafeTensors::from_memory(bytes, "x");
    EXPECT_EQ(before.data_sha256(),
              "df3f619804a92fdb4057192dc43dd748ea778adc52bc498ce80524c014b81119");
    const std::string header = before.header_sha256();
    const std::string whole = before.sha256();
    bytes.back() = std::byte{1};
    const auto after = SafeTensors::from_memory(bytes, "x");
    EXPECT_EQ(after.header_sha256(), header);
    EXPECT_NE(after.data_sha256(),
              "df3f619804a92fdb4057192dc43dd748ea778adc52bc498ce80524c014b81119");
    EXPECT_NE(after.sha256(), whole);
}

TEST(Narrow, WidenedValuesOfEveryPatternComeBack) {
    for (const char* dtype : {"F16", "BF16"}) {
        std::vector<std::byte> all(65536 * 2);
        for (std::uint32_t raw = 0; raw < 65536; ++raw) {
            std::memcpy(all.data() + std::size_t{2} * raw, &raw, 2);
        }
        const SafeTensors::Entry entry{dtype, {65536}, all};
        std::vector<float> wide(65536);
        widen(entry, 0, wide);
        std::vector<std::byte> back(all.size());
        narrow(wide, dtype, back);
        for (std::size_t i = 0; i < wide.size(); ++i) {
            if (!std::isnan(wide[i])) {
                ASSERT_EQ(std::memcmp(&back[2 * i], &all[2 * i], 2), 0) << dtype << " " << i;
            } else {
                std::vector<float> again(1);
                widen({dtype, {1}, std::span(back).subspan(2 * i, 2)}, 0, again);
                ASSERT_TRUE(std::isnan(again[0])) << dtype << " " << i;
            }
        }
    }
}

TEST(Narrow, RoundsToNearestAndTiesToEven) {
    const auto through = [](float value, const std::string& dtype) {
        std::vector<std::byte> raw(2);
        narrow(std::vector<float>{value}, dtype, raw);
        std::vector<float> out(1);
        widen({dtype, {1}, raw}, 0, out);
        return out[0];
    };
    EXPECT_EQ(through(1 + 0x1p-11F, "F16"), 1.0F);
    EXPECT_EQ(through(1 + 0x1.8p-10F, "F16"), 1 + 0x1p-9F);
    EXPECT_EQ(through(-(1 + 0x1.1p-11F), "F16"), -(1 + 0x1p-10F));
    EXPECT_EQ(through(0x1p-25F, "F16"), 0.0F);
    EXPECT_EQ(through(0x1.8p-24F, "F16"), 0x1p-23F);
    EXPECT_EQ(through(65519.0F, "F16"), 65504.0F);
    EXPECT_TRUE(std::isinf(through(65520.0F, "F16")));
    EXPECT_EQ(through(1 + 0x1p-8F, "BF16"), 1.0F);
    EXPECT_EQ(through(1 + 0x1.8p-7F, "BF16"), 1 + 0x1p-6F);
    EXPECT_TRUE(std::isinf(through(std::numeric_limits<float>::max(), "BF16")));
}

TEST(SafetensorsHeader, DescribesMixedTypesThatFollow) {
    const std::string header =
        safetensors_header({{"a", {2}}, {"b", {3}, "BF16"}, {"c", {}, "I64"}}, {{"k", "v"}});
    std::vector<std::byte> bytes(header.size() + 8 + 6 + 8);
    std::memcpy(bytes.data(), header.data(), header.size());
    const auto file = SafeTensors::from_memory(bytes, "x");
    EXPECT_EQ(file.metadata().at("k"), "v");
    EXPECT_EQ(file.entries().at("b").dtype, "BF16");
    EXPECT_EQ(file.entries().at("b").bytes.size(), 6U);
    EXPECT_EQ(header.size() % 64, 0U);
    EXPECT_THROW((void)safetensors_header({{"a", {1}}, {"a", {1}}}, {}), Error);
    EXPECT_THROW((void)safetensors_header({{"a", {1}, "F31"}}, {}), Error);
}

TEST(SafeTensors, ReadNamesMissingTensorWrongShapeAndWrongType) {
    const auto bytes = image(R"({"w":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},)"
                             R"("i":{"dtype":"I64","shape":[],"data_offsets":[8,16]}})",
                             16);
    const auto file = SafeTensors::from_memory(bytes, "x");
    const auto message = [&](const std::string& key, const std::vector<std::int64_t>& shape) {
        try {
            (void)file.read_f32(key, shape);
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::kModel);
            return std::string(error.what());
        }
        return std::string("accepted");
    };
    EXPECT_THAT(message("v", {3}), HasSubstr("\"v\" is missing (expected [3])"));
    EXPECT_THAT(message("w", {1, 2}), HasSubstr("shape [2,1], expected [1,2]"));
    EXPECT_THAT(message("i", {}), HasSubstr("is I64, expected F32"));
    EXPECT_NO_THROW(file.check_no_leftovers({"w", "i", "more"}));
    try {
        file.check_no_leftovers({"w"});
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("i []"));
    }
}

TEST(SafeTensors, RefusesBadLengths) {
    expect_refused({}, "only 0 bytes");
    expect_refused(std::vector<std::byte>(7), "only 7 bytes");
    expect_refused(std::vector<std::byte>(8), "bad JSON");
    auto huge = image("{}", 0);
    std::memset(huge.data(), 0xFF, 8);
    expect_refused(huge, "at most 100000000");
    auto longer = image("{}", 0);
    longer[0] = std::byte{3};
    expect_refused(longer, "header of 3 bytes in a file of 10");
}

TEST(SafeTensors, RefusesHeadersOfAnotherShape) {
    expect_refused(image("[]", 0), "did not expect an array");
    expect_refused(image("7", 0), "did not expect the number 7");
    expect_refused(image("{\"a\":1}", 0), "entry \"a\": did not expect the number 1");
    expect_refused(image(R"({"a":{}})", 0), "expected the fields dtype, shape and data_offsets");
    expect_refused(image(R"({"a":{"dtype":{}}})", 0), "did not expect an object");
    expect_refused(image(R"({"a":{"extra":1}})", 0), "unknown field \"extra\"");
    expect_refused(image(R"({"__metadata__":{"k":1}})", 0), "metadata \"k\": did not expect");
    expect_refused(image(R"({"__metadata__":{"k":{}}})", 0), "did not expect an object");
    expect_refused(image(R"({"__metadata__":{"k":"1","k":"2"}})", 0), "appears twice");
    expect_refused(image("{} x", 0), "bad JSON");
    expect_refused(image("{\"a\xFF\":1}", 0), "bad JSON");
    expect_refused(image("{\"a\":" + std::string(2'000'000, '['), 0), "did not expect an array");
    expect_refused(image(std::string(2'000'000, '{'), 0), "bad JSON");
}

TEST(SafeTensors, RefusesBadTensors) {
    const auto tensor =
        [](const std::string& dtype, const std::string& shape, const std::string& offsets) {
            return R"("t":{"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" +
                   offsets + "}";
        };
    const auto refuse = [&](const std::string& entry, std::size_t data, const char* message) {
        expect_refused(image("{" + entry + "}", data), message);
    };
    refuse(tensor("F33", "[1]", "[0,4]"), 4, "unknown type \"F33\"");
    refuse(tensor("F32", "[-1]", "[0,4]"), 4, "did not expect a negative number");
    refuse(tensor("F32", "[1.5]", "[0,4]"), 4, "did not expect the number 1.5");
    refuse(tensor("F32", "[1]", "[0]"), 4, "needs two numbers");
    refuse(tensor("F32", "[1]", "[0,4,8]"), 4, "did not expect the number 8");
    refuse(tensor("F32", "[1]", "[4,0]"), 4, "lies at bytes 4..0");
    refuse(tensor("F32", "[2]", "[0,8]"), 4, "holds 4 bytes of data");
    refuse(tensor("F32", "[2]", "[0,4]"), 4, "F32 [2] does not fit 4 bytes");
    refuse(tensor("F32", "[4611686018427387904,4]", "[0,0]"), 0, "does not fit");
    refuse(tensor("F32", "[18446744073709551615]", "[0,4]"), 4, "dimension is too large");
    refuse(tensor("F32", "[1]", "[0,18446744073709551616]"), 4, "did not expect the number");
    refuse(tensor("F32", "[1]", "[4,8]"), 8, "expected 0 (overlap or hole)");
    refuse(tensor("F32", "[1]", "[0,4]"), 8, "4 bytes behind the last tensor");
    refuse(tensor("F32", "[1]", "[0,4]") + "," + tensor("F32", "[1]", "[4,8]"),
           8,
           "\"t\" appears twice");
    refuse(
        tensor("F32", "[1]", "[0,4]") + R"(,"u":{"dtype":"F32","shape":[1],"data_offsets":[0,4]})",
        4,
        "overlap or hole");
    refuse(R"("t":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]})",
           4,
           "field \"dtype\" appears twice");
    std::string deep = "[1";
    for (int i = 0; i < 70; ++i) {
        deep += ",1";
    }
    refuse(tensor("F32", deep + "]", "[0,4]"), 4, "more than 64 dimensions");
}

TEST(WriteSafetensors, RefusesWrongSizesAndDuplicateNames) {
    EXPECT_THROW(write_safetensors("/nonexistent/x", {{"t", {2}, {1}}}, {}), Error);
    EXPECT_THROW(write_safetensors("/nonexistent/x", {{"t", {1}, {1}}, {"t", {1}, {1}}}, {}),
                 Error);
    try {
        write_safetensors("/nonexistent/x", {}, {{"k", "\xFF"}});
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kInternal);
    }
}

}  // namespace
}  // namespace varhush::nn
