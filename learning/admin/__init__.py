"""Running the house: editions, people and roles, letters and jobs, health.

What a single room can show of itself stays in its own `staff`; here is what needs several.
"""
