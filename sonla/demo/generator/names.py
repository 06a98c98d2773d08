"""Names of the demo's people: full names as the peoples of Sơn La bear them, each marked as made up."""

from sonla.demo.generator.streams import stream

MARK = "(minh họa)"

# Family names, middle names of men and women, given names of men and women; in proportion to the province.
PEOPLES = {
    "Thái": (
        "Lò Cầm Quàng Tòng Lường Cà Vì Bạc Hoàng Điêu Lừ Mè Sa Hà".split(),
        "Văn Văn Minh Xuân".split(),
        "Thị Thị Thị Bích".split(),
        "Hặc Pản Inh Phong Sơn Thuận Dũng Thương Hồng Tiến Bình".split(),
        "Ọi Pâng Hương Xuyến Nhung Thoa Diện Quyên Loan Hiên".split(),
    ),
    "Mông": (
        "Giàng Vàng Mùa Thào Sồng Hờ Lầu Sùng Hạng Vừ Tráng".split(),
        "A A Bả Láo".split(),
        "Thị Thị Y Y".split(),
        "Chu Dê Dủa Nủ Páo Sếnh Tủa Vảng Lử Trống".split(),
        "Mai Dợ Dua Chư Sua Pàng Mỷ Ly Say Dính".split(),
    ),
    "Kinh": (
        "Nguyễn Trần Lê Phạm Vũ Đỗ Bùi Ngô Đặng".split(),
        "Văn Đức Quang Minh".split(),
        "Thị Thị Thu Thanh".split(),
        "Hùng Cường Tuấn Hải Nam Long Thắng Kiên".split(),
        "Hà Lan Hạnh Yến Nga Phương Thảo Trang".split(),
    ),
    "Mường": (
        "Đinh Hà Bùi Quách Phùng Xa".split(),
        "Văn Công Ngọc Mạnh".split(),
        "Thị Thị Hồng Thúy".split(),
        "Thắng Tùng Duy Quyết Toàn Việt".split(),
        "Huệ Chiên Hòa Liên Thiện Tươi".split(),
    ),
    "Dao": (
        "Bàn Triệu Lý Đặng Phàn".split(),
        "Văn Tiến Chòi Kim".split(),
        "Thị Mùi Thị Thu".split(),
        "Phúc Sinh Thành Vượng Tài".split(),
        "Nái Khé Mán Ghển Lai".split(),
    ),
    "Khơ Mú": (
        "Quàng Lường Moong Cút Lò".split(),
        "Văn Văn Bá Xuân".split(),
        "Thị Thị Mẹ Thị".split(),
        "Ích Nghiêm Thoan Hôm Chung".split(),
        "Thủy Xoan Hoa Tem Nguyệt".split(),
    ),
}
PROPORTIONS = {"Thái": 53, "Kinh": 17, "Mông": 15, "Mường": 8, "Dao": 4, "Khơ Mú": 3}


def draw_names(count: int, seed: int) -> list[str]:
    """So many different names; men and women, of the peoples of the province."""
    drawn = stream(seed, "names")
    found: list[str] = []
    while len(found) < count:
        (people,) = drawn.choices(list(PROPORTIONS), list(PROPORTIONS.values()))
        families, men_middle, women_middle, men, women = PEOPLES[people]
        woman = drawn.random() < 0.45
        middle, given = (women_middle, women) if woman else (men_middle, men)
        name = f"{drawn.choice(families)} {drawn.choice(middle)} {drawn.choice(given)} {MARK}"
        if name not in found:
            found.append(name)
    return found
