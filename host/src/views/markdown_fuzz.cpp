// Any bytes as a Markdown page: no crash, and never a script.
#include "views/markdown_page.hpp"

#include <cstdint>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const auto page = whatsflow::views::make_markdown_page({reinterpret_cast<const char*>(bytes), size});
    const auto& html = page.at("body_html").get_ref<const std::string&>();
    if (html.find("<script") != std::string::npos) __builtin_trap();
    return 0;
}
