"""Top-level domains after which Telegram makes a link without a protocol.

All country codes and the generic ones that occur in practice, among them those that turn file
names into links (``README.md``, ``main.py``, ``notes.ru``, ``x.zip``). Telegram knows some
hundred brand names more.
"""

_COUNTRIES = """
ac ad ae af ag ai al am ao aq ar as at au aw az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw
by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy de dj dk dm do dz ec ee eg er es et eu
fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie
il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv
ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr
nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sj sk
sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy
uz va vc ve vg vi vn vu wf ws ye yt za zm zw
"""
_GENERIC = """
academy accountant accountants actor adult aero africa agency airforce amsterdam android apartments
app apple arab archi army arpa art asia associates attorney auction audio author auto autos baby
band bank bar barcelona bargains baseball basketball bayern beauty beer berlin best bet bible bid
bike bingo bio biz black blackfriday blog blue boats bond boo book booking boston bot boutique box
broadway broker brussels build builders business buy buzz cab cafe cal call cam camera camp capital
car cards care career careers cars casa case cash casino cat catering center ceo channel charity
chat cheap christmas chrome church circle city claims cleaning click clinic clothing cloud club
coach codes coffee college cologne com community company compare computer condos construction
consulting contact contractors cooking cool coop corsica country coupon coupons courses cpa credit
creditcard cricket cruises cyou dad dance data date dating day deal dealer deals degree delivery
democrat dental dentist desi design dev diamonds diet digital direct directory discount discover
dish diy docs doctor dog domains dot download drive earth eat eco edu education email energy
engineer engineering enterprises equipment esq estate eus events exchange expert exposed express
fail faith family fan fans farm farmers fashion fast feedback film final finance financial fire
fish fishing fit fitness flights florist flowers fly foo food football forsale forum foundation
free fun fund furniture futbol fyi gallery game games garden gay gift gifts gives glass global
gmail gmbh gold golf goo google gop got gov graphics gratis green gripe grocery group guide guitars
guru hair hamburg health healthcare help here hiphop hockey holdings holiday home homes horse
hospital host hosting hot hotels house how icu immo immobilien inc industries info ing ink
institute insurance insure int international investments irish istanbul java jetzt jewelry jobs
joburg kaufen kids kim kitchen kiwi koeln kyoto land lat law lawyer lease legal lgbt life lighting
limited limo link live living llc loan loans lol london love ltd luxe luxury madrid man management
map market marketing markets mba med media meet melbourne meme memorial men menu miami mil mobi
mobile moda moe moi mom money monster mortgage moscow motorcycles mov movie museum music nagoya
name navy net network new news next ngo ninja now nrw nyc observer office okinawa one ong onl
online open org organic origins osaka page paris partners parts party pay pet pharmacy phd phone
photo photography photos physio pics pictures pid pin ping pink pizza place play plumbing plus
poker porn post press prime pro prod productions prof promo properties property protection pub
qpon quebec racing radio read realestate realty recipes red rehab reise reisen ren rent rentals
repair report republican rest restaurant review reviews rich rip rocks rodeo room rsvp rugby ruhr
run ryukyu safe sale salon save saarland school schule science scot search seat secure security
select services sex sexy shoes shop shopping show singles site ski skin sky soccer social software
solar solutions song soy spa space sport spot srl storage store stream studio study style sucks
supplies supply support surf surgery sydney systems taipei talk tattoo tax taxi team tech
technology tel tennis theater theatre tickets tienda tips tires tirol today tokyo tools top tours
town toys trade trading training travel trust tube university uno vacations vegas ventures vet
viajes video villas vin vip vision viva vlaanderen vodka vote voting voto voyage wales watch
watches weather webcam website wed wedding wiki win windows wine work works world wow wtf xin xxx
xyz yachts yoga yokohama you youtube zero zip zone zuerich
中国 中國 中信 中文网 企业 佛山 信息 健康 八卦 公司 公益 台湾 台灣 商城 商店 商标 嘉里 在线 大拿
天主教 娱乐 家電 广东 微博 慈善 我爱你 手机 招聘 政务 政府 新加坡 新闻 时尚 書籍 机构 游戏 澳門
点看 移动 组织机构 网址 网店 网站 网络 联通 购物 通販 集团 食品 餐厅 香港 世界 москва рф рус онлайн
сайт орг дети ком бел укр срб мкд бг қаз ею みんな コム 한국 삼성 닷컴 닷넷
"""
_COMMON = frozenset((_COUNTRIES + _GENERIC).split())


def is_common_domain(name: str) -> bool:
    """Tell whether Telegram takes the name for a top-level domain, in lower or in upper case."""
    lowered = name.lower()
    if lowered != name and lowered[1:] == name[1:]:
        # "Text.Next sentence" is not a link although .next is a domain.
        return False
    return lowered in _COMMON
