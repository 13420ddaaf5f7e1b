#include "tar_file.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace whatsflow::accounts {
namespace {

constexpr std::size_t kBlock = 512;

void put(std::array<char, kBlock>& header, std::size_t at, const std::string& text) {
    std::ranges::copy(text, header.begin() + static_cast<std::ptrdiff_t>(at));
}

std::string octal(std::uint64_t number, int width) {
    std::array<char, 24> text{};
    std::snprintf(text.data(), text.size(), "%0*llo", width, static_cast<unsigned long long>(number));
    return text.data();
}

std::string header_of(const sdk::PersonalData::ExportedFile& file, sdk::Instant now) {
    std::array<char, kBlock> header{};
    put(header, 0, file.name.size() <= 100 ? file.name : file.name.substr(file.name.size() - 100));
    put(header, 100, "0000600");
    put(header, 108, "0000000");
    put(header, 116, "0000000");
    put(header, 124, octal(file.content.size(), 11));
    put(header, 136, octal(static_cast<std::uint64_t>(sdk::to_micros(now) / 1'000'000), 11));
    put(header, 148, "        ");  // the checksum counts its own field as spaces
    put(header, 156, "0");
    put(header, 257, "ustar");
    put(header, 263, "00");
    unsigned sum = 0;
    for (const char c : header) sum += static_cast<unsigned char>(c);
    put(header, 148, octal(sum, 6) + std::string(1, '\0') + " ");
    return {header.begin(), header.end()};
}

}  // namespace

std::string make_tar(const std::vector<sdk::PersonalData::ExportedFile>& files, sdk::Instant now) {
    std::string archive;
    for (const auto& file : files) {
        archive += header_of(file, now);
        archive += file.content;
        archive.append((kBlock - file.content.size() % kBlock) % kBlock, '\0');
    }
    archive.append(2 * kBlock, '\0');
    return archive;
}

}  // namespace whatsflow::accounts
