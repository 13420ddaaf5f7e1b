/// \file
/// Paper: text, rules and pages of one PDF, in points from the upper left corner.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace whatsflow::documents {

struct TextStyle {
    double size = 9;  ///< points
    bool bold = false;
    bool right = false;  ///< flush right
    double grey = 0.1;   ///< 0 black, 1 white
};

struct Point {
    double x = 0, y = 0;
};

/// [one thread] Fonts are those of the thread: several canvases may be drawn side by side.
class Canvas {
public:
    static constexpr double kWidth = 595.28;  ///< A4
    static constexpr double kHeight = 841.89;

    Canvas(const std::string& title, const std::string& language);
    ~Canvas();
    Canvas(const Canvas&) = delete;
    Canvas& operator=(const Canvas&) = delete;

    /// How high the text is when it is broken at `width`.
    double height_of(const std::string& text, const TextStyle& style, double width) const;
    double width_of(const std::string& text, const TextStyle& style) const;
    void text(double x, double y, double width, const std::string& text, const TextStyle& style);
    void rule(double x, double y, double width, double grey);
    /// Straight from point to point; `dashes` are lengths of ink and of gaps by turns, none for a whole line.
    void path(const std::vector<Point>& points, const std::vector<double>& dashes, double thickness, double grey);
    void frame(double x, double y, double width, double height, double grey);
    void next_page();
    /// Ends the document; nothing may be drawn after it.
    std::string bytes();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace whatsflow::documents
