"""The map of the house: who lives on which floor.

roof      bot/__main__ · bot/commands · bot/app   the command line; builds every part once
doors     handlers/chat · handlers/web · schedules  people ask, machines ask, the clock strikes
work      bot/services                            use cases: one verb, one transaction
walls     storage · bot/marketplaces · bot/delivery  memory, shops, Telegram outward
ground    bot/domain                              what we know: records and pure functions
footing   bot/settings · bot/errors
apart     bot/sandbox                             a Telegram and a shop to play with
"""
